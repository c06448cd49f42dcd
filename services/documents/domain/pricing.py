"""From agreed lines to amounts: line nets, MVA per code and rate, totals. Integer øre, sums of rounded numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from services.documents.domain.confirmed import Line, MvaTotal
from services.documents.domain.draft import Draft, DraftLine
from services.documents.domain.errors import (
    DiscountOutOfBounds,
    LineOutOfBounds,
    MvaRateChanges,
    NoMvaRate,
    UnknownMvaCode,
)
from shared.money import AmountRangeError, DiscountRangeError, line_gross_ore, line_net_ore
from shared.mva import NoMvaRateError, RatePeriod, UnknownMvaCodeError, mva_totals, rate_on, rates_over
from shared.problems import DomainError, Refused

MAX_LINE_ORE = 10**13
"""A hundred billion kroner. With 500 lines every sum, also in the ledger, stays far inside BIGINT."""


@dataclass(frozen=True)
class Priced:
    """Lines and totals, in øre."""

    lines: tuple[Line, ...]
    mva_totals: tuple[MvaTotal, ...]
    net_ore: int
    mva_ore: int

    @property
    def total_ore(self) -> int:
        return self.net_ore + self.mva_ore


@dataclass(frozen=True)
class PricedDraft:
    """A draft with what follows from it: the customer's name, and the amounts."""

    client_id: UUID
    draft_id: UUID
    draft: Draft
    customer_name: str
    priced: Priced


def price(draft: Draft, day: date) -> Priced:
    """The draft at the MVA rates of its delivery, or of `day` while that is not known.

    Raises Refused with everything that is wrong, each with its line. The day of supply decides the rate, and not that
    of the document; for a delivery over time see `changing_rates`. MVA is per code and rate on the sum of line nets,
    half up (bokføringsforskriften § 5-1-5, EN 16931 BR-CO-17).
    """
    supplied_on = draft.delivered_on or day
    results = [_line_or_refusal(number, line, supplied_on) for number, line in enumerate(draft.lines, start=1)]
    refused = tuple(result for result in results if isinstance(result, DomainError))
    if refused:
        raise Refused(refused)
    return priced_lines(tuple(result for result in results if isinstance(result, Line)))


def price_to_read(draft: Draft, day: date) -> Priced:
    """As `price`. A stored draft must stay readable: if there is no rate on its delivery, at the rates of `day`."""
    try:
        return price(draft, day)
    except Refused:
        return price(draft.model_copy(update={"delivered_on": None, "delivered_until": None}), day)


def changing_rates(draft: Draft) -> tuple[DomainError, ...]:
    """A refusal of each line whose rate changes while it is delivered, with the periods to divide it into.

    How much was delivered before and after the change only the seller knows. The draft must have its price.
    """
    if draft.delivered_on is None or draft.delivered_until is None:
        return ()
    first_day, last_day = draft.delivered_on, draft.delivered_until
    changes = (
        _rate_change(number, line, rates_over(line.mva_code, first_day, last_day), last_day)
        for number, line in enumerate(draft.lines, start=1)
    )
    return tuple(change for change in changes if change is not None)


def _rate_change(number: int, line: DraftLine, periods: Sequence[RatePeriod], last_day: date) -> DomainError | None:
    pointer = f"/lines/{number - 1}/mva_code"
    if periods[-1].last_day < last_day:
        return NoMvaRate(pointer=pointer, line=number, mva_code=line.mva_code, day=last_day.isoformat())
    if len({period.percent for period in periods}) == 1:
        return None
    return MvaRateChanges(
        pointer=pointer,
        line=number,
        mva_code=line.mva_code,
        periods_nb=_periods(periods, "til", "og"),
        periods_en=_periods(periods, "to", "and"),
    )


def _periods(periods: Sequence[RatePeriod], to: str, and_: str) -> str:
    *others, last = (
        f"{period.first_day.isoformat()} {to} {period.last_day.isoformat()} ({period.percent} %)" for period in periods
    )
    return f"{', '.join(others)} {and_} {last}"


def priced_lines(lines: tuple[Line, ...]) -> Priced:
    """The totals of lines that have their rates and nets already."""
    totals = tuple(
        MvaTotal(code=total.code, rate=total.rate, net_ore=total.base_ore, mva_ore=total.mva_ore)
        for total in mva_totals(lines)
    )
    net_ore = sum(total.net_ore for total in totals)
    return Priced(lines, totals, net_ore, sum(total.mva_ore for total in totals))


def _line_or_refusal(number: int, line: DraftLine, day: date) -> Line | DomainError:
    pointer = f"/lines/{number - 1}"
    try:
        rate = _rate(line.mva_code, day)
        net_ore = _net_ore(line)
    except UnknownMvaCodeError:
        return UnknownMvaCode(pointer=f"{pointer}/mva_code", line=number, mva_code=line.mva_code)
    except NoMvaRateError:
        return NoMvaRate(pointer=f"{pointer}/mva_code", line=number, mva_code=line.mva_code, day=day.isoformat())
    except DiscountRangeError:
        return DiscountOutOfBounds(pointer=f"{pointer}/discount_percent", line=number)
    except AmountRangeError:
        return LineOutOfBounds(pointer=pointer, line=number)
    return Line(line_no=number, mva_rate=rate, net_ore=net_ore, **dict(line))


def _net_ore(line: DraftLine) -> int:
    gross_ore = line_gross_ore(line.quantity, line.unit_price)
    if abs(gross_ore) > MAX_LINE_ORE:
        raise AmountRangeError("beyond the largest line")
    return line_net_ore(line.quantity, line.unit_price, line.discount_percent)


@lru_cache(maxsize=256)
def _rate(code: str, day: date) -> Decimal:
    return rate_on(code, day)
