"""The window of a C5 envelope: 80 mm wide, 30 mm high, for the recipient's name and address.

Source: the safe area that print services have in common (x 20-100 mm, y 46-76 mm from the sheet's top left corner).
"""

from collections.abc import Sequence
from math import ceil
from typing import Final

from babel import Locale

from shared.text_nb import single_line
from shared.values import Language

CODE: Final = "address-too-long"
MAX_LINES: Final = 6
CHARACTERS_A_LINE: Final = 38
"""This many fit on one line at the size of the address, however wide the letters."""


def address_lines(
    street: Sequence[str], postal_code: str, city: str, country: str, language: Language = "nb"
) -> tuple[str, ...]:
    """The lines of an address; the country only for addresses abroad, in capitals as the post asks.

    In English on what is written in English, else in Norwegian.
    """
    town = f"{postal_code} {city}".strip()
    abroad = "" if country == "NO" else _country(country, language)
    lines = (single_line(line) for line in (*street, town, abroad))
    return tuple(line for line in lines if line)


def fits_window(recipient: Sequence[str]) -> bool:
    """Whether these lines, some of them broken in two or more, are all seen through the window."""
    return sum(ceil(len(line) / CHARACTERS_A_LINE) for line in recipient) <= MAX_LINES


def _country(code: str, language: Language) -> str:
    locale = Locale("en") if language == "en" else Locale("nb", "NO")
    return str(locale.territories.get(code, code)).upper()
