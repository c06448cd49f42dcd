"""MVA on sales: the standard codes, the dated rates, and the tax on the lines of a document.

Codes and rates are data (`shared/law/mva.toml`, with a source on every row), read once at import. The codes are the
seller's part of SAF-T and the VAT return (Skatteetaten, Standard Tax Codes): 3, 31, 32, 33, 5, 51, 52, 6, 7.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from importlib import resources
from itertools import pairwise
from typing import Any, Final, Protocol

from shared.money import checked_ore, percent_of


class RateClass(StrEnum):
    """Which rate applies to a code. The percentage of a class changes over the years; the class of a code does not."""

    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"
    RAW_FISH = "raw_fish"
    ZERO = "zero"
    OUTSIDE = "outside"


class EhfCategory(StrEnum):
    """VAT category of EN 16931 (UNCL 5305), as far as EHF uses it for sales from Norway."""

    STANDARD = "S"
    ZERO_RATED = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    EXPORT = "G"
    OUTSIDE_SCOPE = "O"


class MvaError(ValueError):
    """The code or its rate is not known. `code` is stable, for problem answers."""

    code = "mva-invalid"


class UnknownMvaCodeError(MvaError):
    """Not one of the codes for sales."""

    code = "mva-code-unknown"


class NoMvaRateError(MvaError):
    """The code, or a rate of its class, was not in force on the day."""

    code = "mva-rate-missing"


@dataclass(frozen=True, slots=True)
class MvaCode:
    """One standard code. `exemption_*` is stated in EHF's VAT breakdown and on the document; None where forbidden."""

    code: str
    rate_class: RateClass
    ehf_category: EhfCategory
    valid_from: date
    name_nb: str
    name_nn: str
    name_en: str
    needs_reverse_charge_text: bool = False
    in_vat_return: bool = True
    exemption_code: str | None = None
    exemption_text_nb: str | None = None
    exemption_text_nn: str | None = None
    exemption_text_en: str | None = None

    @property
    def is_export(self) -> bool:
        return self.ehf_category is EhfCategory.EXPORT

    @property
    def is_outside_scope(self) -> bool:
        """Not turnover: EHF's category O, which stands alone in a document (EN 16931 BR-O-11)."""
        return self.ehf_category is EhfCategory.OUTSIDE_SCOPE

    def name(self, language: str) -> str:
        """The name in nb, nn or en."""
        return {"nb": self.name_nb, "nn": self.name_nn, "en": self.name_en}[language]

    def exemption_text(self, language: str) -> str | None:
        """Why no tax is calculated, in nb, nn or en; None for taxed and zero-rated sales."""
        return {"nb": self.exemption_text_nb, "nn": self.exemption_text_nn, "en": self.exemption_text_en}[language]


@dataclass(frozen=True, slots=True)
class MvaRate:
    """The percentage of a class from the first to the last day, both included; the last day is None when open."""

    rate_class: RateClass
    percent: Decimal
    first_day: date
    last_day: date | None
    source: str

    def in_force_on(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class RatePeriod:
    """The percentage of a code from the first to the last of some days, both included."""

    percent: Decimal
    first_day: date
    last_day: date


class MvaLine(Protocol):
    """What the tax is calculated from: code, rate in percent, net amount in øre."""

    @property
    def mva_code(self) -> str: ...
    @property
    def mva_rate(self) -> Decimal: ...
    @property
    def net_ore(self) -> int: ...


@dataclass(frozen=True, slots=True)
class MvaTotal:
    """Base and tax of one code and rate, both in øre."""

    code: str
    rate: Decimal
    base_ore: int
    mva_ore: int


def mva_code(code: str) -> MvaCode:
    """The code with this name; UnknownMvaCodeError lists the known ones."""
    try:
        return MVA_CODES[code]
    except KeyError:
        raise UnknownMvaCodeError(f"{code!r} is not an MVA code for sales; known: {', '.join(MVA_CODES)}") from None


def rate_on(code: str, day: date) -> Decimal:
    """The percentage of a code on a day; 0 for codes without tax. Raises UnknownMvaCodeError or NoMvaRateError."""
    standard = mva_code(code)
    if day >= standard.valid_from:
        for rate in MVA_RATES:
            if rate.rate_class is standard.rate_class and rate.in_force_on(day):
                return rate.percent
    raise NoMvaRateError(f"MVA code {code} has no known rate on {day.isoformat()}")


def rates_over(code: str, first_day: date, last_day: date) -> tuple[RatePeriod, ...]:
    """The rates of a code from the first to the last day, in order; days without a known rate have none.

    Raises UnknownMvaCodeError.
    """
    return tuple(
        RatePeriod(rate.percent, max(rate.first_day, first_day), min(rate.last_day or last_day, last_day))
        for rate in MVA_RATES
        if rate.rate_class is mva_code(code).rate_class
        and rate.first_day <= last_day
        and (rate.last_day is None or first_day <= rate.last_day)
    )


def mva_totals(lines: Iterable[MvaLine]) -> tuple[MvaTotal, ...]:
    """Tax per code and rate on the sum of the line nets, half up, in the order of the code table, high rate first.

    Source: EN 16931 BR-CO-17 and BR-S-09; bokføringsforskriften § 5-1-5 (each rate totalled separately).
    """
    bases: dict[tuple[str, Decimal], int] = {}
    for line in lines:
        key = (mva_code(line.mva_code).code, line.mva_rate)
        bases[key] = bases.get(key, 0) + line.net_ore
    return tuple(_total(key, bases[key]) for key in sorted(bases, key=_printing_order))


def _total(key: tuple[str, Decimal], base_ore: int) -> MvaTotal:
    code, rate = key
    return MvaTotal(code, rate, checked_ore(base_ore), percent_of(base_ore, rate))


def _printing_order(key: tuple[str, Decimal]) -> tuple[int, Decimal]:
    code, rate = key
    return (list(MVA_CODES).index(code), -rate)


def _read_code(row: Mapping[str, Any]) -> MvaCode:
    values = dict(row)
    return MvaCode(
        rate_class=RateClass(values.pop("rate_class")),
        ehf_category=EhfCategory(values.pop("ehf_category")),
        valid_from=values.pop("from"),
        needs_reverse_charge_text=values.pop("reverse_charge", False),
        **values,
    )


def _read_rate(row: Mapping[str, Any]) -> MvaRate:
    return MvaRate(RateClass(row["class"]), Decimal(row["percent"]), row["from"], row.get("to"), row["source"])


def refuse_overlaps(rates: Iterable[MvaRate]) -> tuple[MvaRate, ...]:
    """The rates by class and first day; ValueError when two of one class are in force on the same day."""
    ordered = tuple(sorted(rates, key=lambda rate: (rate.rate_class, rate.first_day)))
    for earlier, later in pairwise(ordered):
        if earlier.rate_class is later.rate_class and earlier.in_force_on(later.first_day):
            raise ValueError(f"two MVA rates of class {later.rate_class} are in force on {later.first_day}")
    return ordered


_LAW: Final = tomllib.loads(resources.files("shared.law").joinpath("mva.toml").read_text(encoding="utf-8"))
MVA_CODES: Final[Mapping[str, MvaCode]] = {row["code"]: _read_code(row) for row in _LAW["code"]}
MVA_RATES: Final[tuple[MvaRate, ...]] = refuse_overlaps(_read_rate(row) for row in _LAW["rate"])
