"""Countries: which codes there are (ISO 3166-1 alpha-2, from CLDR), and where an address needs a postal code."""

from functools import cache
from typing import Final

from babel import Locale

NORWAY: Final = "NO"

# CLDR has names for them, but no letter can be sent there: unions, and outlying, unknown or invented territories.
_NOT_COUNTRIES: Final = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})

WITH_POSTAL_CODES: Final = frozenset(
    {
        *("NO", "SJ", "SE", "DK", "FO", "GL", "FI", "AX", "IS"),
        *("AT", "BE", "CH", "CZ", "DE", "EE", "ES", "FR", "GB", "GR", "HU", "IT", "LI", "LT", "LU", "LV", "NL", "PL"),
        *("PT", "SI", "SK", "AU", "CA", "JP", "US"),
    }
)
"""Where every address has a postal code (Universal Postal Union, postal addressing systems); others may lack it.

The countries that need one are listed, and not those that have none: a country missing here lets an address pass as it
is written, while one missing there would stop an invoice that the law allows (bokføringsforskriften § 5-1-2 asks for an
address, not for a postal code).
"""


@cache
def countries() -> frozenset[str]:
    """Every code that an address may have."""
    codes = (str(code) for code in Locale.parse("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NOT_COUNTRIES


def is_complete(postal_code: str, city: str, country: str) -> bool:
    """Whether an address says enough to be found: city, and postal code where the country has one."""
    return bool(city.strip() and (postal_code.strip() or country not in WITH_POSTAL_CODES))
