"""Postal addresses: clean lines, a code of the country's form, and a country that exists."""

from functools import cache
from typing import Final

from babel import Locale

from services.customers.domain.checks import Checks
from services.customers.domain.errors import CountryUnknown, PostalCodeInvalid, TooManyLines
from services.customers.domain.text import line
from shared.contracts.values import PostalAddress
from shared.orgnr import PostalCodeError, postal_code
from shared.text_nb import single_line

MAX_LINES: Final = 4
LINE_MAX: Final = 80
CITY_MAX: Final = 60
POSTAL_CODE_MAX: Final = 12
NORWAY: Final = "NO"

# Codes that CLDR has names for and no letter can be sent to: unions, and places outlying, unknown or invented.
_NOT_COUNTRIES: Final = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})


def checked_address(told: PostalAddress, pointer: str = "/address") -> PostalAddress:
    """The address cleaned; raises Refused. Whether a postal code is in use is not judged.

    Four digits in Norway. Abroad the code may be empty: some countries have none.
    """
    checks = Checks()
    lines = checks.of(lambda: _lines(told.lines, pointer), told.lines)
    city = checks.of(lambda: line(told.city, f"{pointer}/city", CITY_MAX), told.city)
    country = checks.of(lambda: _country(told.country, pointer), NORWAY)
    code = checks.of(lambda: _code(told.postal_code, country, pointer), told.postal_code)
    checks.settle()
    return PostalAddress(lines=lines, postal_code=code, city=city, country=country)


def _lines(told: tuple[str, ...], pointer: str) -> tuple[str, ...]:
    """Blank lines are left out: they would only push the address out of the window."""
    said = [(place, text) for place, text in enumerate(told) if single_line(text)]
    if len(said) > MAX_LINES:
        raise TooManyLines(pointer=f"{pointer}/lines", max_lines=MAX_LINES)
    return tuple(line(text, f"{pointer}/lines/{place}", LINE_MAX) for place, text in said)


def _country(told: str, pointer: str) -> str:
    code = told.strip().upper()
    # Upper case makes two letters of some others: ß would be South Sudan.
    if not told.isascii() or code not in _countries():
        raise CountryUnknown(pointer=f"{pointer}/country", country=single_line(told))
    return code


def _code(told: str, country: str, pointer: str) -> str:
    if country != NORWAY and not told.strip():
        return ""
    try:
        return postal_code(told, country)
    except PostalCodeError:
        raise PostalCodeInvalid(pointer=f"{pointer}/postal_code", country=country) from None


@cache
def _countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2 as CLDR knows it."""
    codes = (str(code) for code in Locale.parse("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NOT_COUNTRIES
