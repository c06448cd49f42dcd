"""Postal addresses: clean lines, a postal code of the country's form, and a country that exists."""

from dataclasses import dataclass
from typing import Final

from services.customers.domain.checks import Checks
from services.customers.domain.errors import CountryUnknown, PostalCodeInvalid, TooManyLines
from services.customers.domain.text import line
from shared.countries import NORWAY, WITH_POSTAL_CODES, countries
from shared.orgnr import PostalCodeError, postal_code
from shared.text_nb import single_line

MAX_LINES: Final = 4
LINE_MAX: Final = 80
CITY_MAX: Final = 60
POSTAL_CODE_MAX: Final = 12


@dataclass(frozen=True, kw_only=True)
class PostalAddress:
    """`lines` are the street or box and whatever else stands above the postal code; `country` is ISO 3166-1 alpha-2."""

    lines: tuple[str, ...] = ()
    postal_code: str
    city: str
    country: str = NORWAY


def checked_address(address: PostalAddress, pointer: str = "/address") -> PostalAddress:
    """The address cleaned. Raises Refused.

    A Norwegian postal code has four digits; whether it is in use is not checked. It may be empty where the country is
    not known to have postal codes.
    """
    checks = Checks()
    lines = checks.run(lambda: _lines(address.lines, pointer), address.lines)
    city = checks.run(lambda: line(address.city, f"{pointer}/city", CITY_MAX), address.city)
    country = checks.run(lambda: _country(address.country, pointer), NORWAY)
    code = checks.run(lambda: _code(address.postal_code, country, pointer), address.postal_code)
    checks.finish()
    return PostalAddress(lines=lines, postal_code=code, city=city, country=country)


def _lines(lines: tuple[str, ...], pointer: str) -> tuple[str, ...]:
    """Blank lines are dropped: they would push the address out of the window of the envelope."""
    visible = [(index, text) for index, text in enumerate(lines) if single_line(text)]
    if len(visible) > MAX_LINES:
        raise TooManyLines(pointer=f"{pointer}/lines", max_lines=MAX_LINES)
    return tuple(line(text, f"{pointer}/lines/{index}", LINE_MAX) for index, text in visible)


def _country(text: str, pointer: str) -> str:
    code = text.strip().upper()
    # upper() makes two letters of some others: ß would become South Sudan.
    if not text.isascii() or code not in countries():
        raise CountryUnknown(pointer=f"{pointer}/country", country=single_line(text))
    return code


def _code(text: str, country: str, pointer: str) -> str:
    if country not in WITH_POSTAL_CODES and not text.strip():
        return ""
    try:
        return postal_code(text, country)
    except PostalCodeError:
        raise PostalCodeInvalid(pointer=f"{pointer}/postal_code", country=country) from None
