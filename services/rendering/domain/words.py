"""Numbers, dates and addresses as documents show them: `1 234,50`, `31.12.2026`, `12,5`, `25 %`."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, parse_pattern

from services.rendering.domain.document import Address
from shared.countries import NORWAY
from shared.money import MINUS, format_ore
from shared.paper import window
from shared.text_nb import single_line
from shared.values import Language

NBSP: Final = "\u00a0"
LOCALES: Final[Mapping[str, str]] = {"nb": "nb_NO", "nn": "nn_NO", "en": "en"}
DATE_PATTERNS: Final[Mapping[str, str]] = {"nb": "dd.MM.y", "nn": "dd.MM.y", "en": "d MMMM y"}
_QUANTITY = "#,##0.##########"
_UNIT_PRICE = "#,##0.00########"


def day(moment: date | None, language: str) -> str:
    """`31.12.2026`, in English `31 December 2026`; empty for no date. Never broken across lines."""
    if moment is None:
        return ""
    return format_date(moment, DATE_PATTERNS[language], locale=LOCALES[language]).replace(" ", NBSP)


def period(first: date | None, last: date | None, language: str) -> str:
    """One day, or the first and last of several."""
    days = [day(first, language), day(last, language)] if last != first else [day(first, language)]
    return " – ".join(text for text in days if text)


def amount(amount_ore: int, language: str) -> str:
    """An amount without its currency, for where a heading or label makes it clear."""
    return format_ore(amount_ore, language)


def kroner(amount_ore: int, language: str) -> str:
    """An amount in running text or alone: `1 234,50 kr`, `NOK 1,234.50`."""
    text = format_ore(amount_ore, language)
    return f"NOK{NBSP}{text}" if language == "en" else f"{text}{NBSP}kr"


def quantity(number: Decimal, language: str) -> str:
    """With as many decimals as it has: `12,5`, `1 000`."""
    return _number(number, _QUANTITY, language)


def unit_price(number: Decimal, language: str) -> str:
    """At least two decimals, more when the price has them: `4,90`, `0,0125`."""
    return _number(number, _UNIT_PRICE, language)


def percent(number: Decimal, language: str) -> str:
    """`25 %`, in English `25%`."""
    text = _number(number, _QUANTITY, language)
    return f"{text}%" if language == "en" else f"{text}{NBSP}%"


def groups(number: str) -> tuple[str, ...]:
    """A long number in groups of four from the left, for the eye; a single last digit joins the group before it."""
    cuts = [*range(0, max(1, len(number) - 1), 4), len(number)]
    return tuple(number[start:end] for start, end in pairwise(cuts))


def address_lines(address: Address, language: Language) -> tuple[str, ...]:
    """The lines of an address, as in the window of an envelope."""
    return window.address_lines(address.lines, address.postal_code, address.city, address.country, language)


def place(text: str | None, country: str | None, language: str) -> str:
    """A place, with its country in words unless that is Norway (or not known)."""
    abroad = None if country in (None, NORWAY) else Locale.parse(LOCALES[language]).territories.get(country, country)
    return ", ".join(part for part in (single_line(text or ""), abroad) if part)


def paragraph(text: str) -> str:
    """Cleaned text, line by line: no invisible characters, no runs of white space, no empty lines."""
    return "\n".join(line for line in map(single_line, text.splitlines()) if line)


def _number(number: Decimal, pattern: str, language: str) -> str:
    # A typographic minus, as in amounts: as wide as a digit, and no line breaks after it.
    text = _pattern(pattern).apply(abs(number), LOCALES[language])
    return f"{MINUS}{text}" if number < 0 else text


@cache
def _pattern(pattern: str) -> NumberPattern:
    return parse_pattern(pattern)
