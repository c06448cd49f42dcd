"""The recipient as it must appear in the window of a C5 envelope: 80 mm wide, 30 mm high, without empty lines.

Source: the safe area that print services have in common (x 20-100 mm, y 46-76 mm from the sheet's top left corner).
"""

from math import ceil
from typing import Final

from services.rendering.domain import words
from services.rendering.domain.document import Buyer
from services.rendering.domain.errors import address_too_long
from shared.text_nb import single_line

MAX_LINES: Final = 6
CHARACTERS_A_LINE: Final = 38
"""This many fit on one line at the size of the address, however wide the letters."""


def recipient(buyer: Buyer) -> tuple[str, ...]:
    """Name and address line by line. Raises Unrenderable when they do not fit in the window."""
    lines = (single_line(buyer.name), *words.address_lines(buyer.address))
    if sum(ceil(len(line) / CHARACTERS_A_LINE) for line in lines) > MAX_LINES:
        raise address_too_long()
    return lines
