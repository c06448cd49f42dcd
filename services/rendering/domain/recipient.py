"""The recipient as it must stand in the window of a C5 envelope: 80 mm wide and 30 mm high, no empty lines.

Source: the safe rectangle common to the print services (x 20-100 mm, y 46-76 mm from the top left corner of the sheet).
"""

from math import ceil
from typing import Final

from services.rendering.domain import words
from services.rendering.domain.refusal import address_too_long
from shared.contracts.values import Buyer
from shared.text_nb import single_line

MOST_LINES: Final = 6
CHARACTERS_A_LINE: Final = 38
"""What surely fits on one line at the size of the address: wide letters included."""


def recipient(buyer: Buyer) -> tuple[str, ...]:
    """Name and address line by line. Raises RenderRefused when they would stick out of the window."""
    lines = (single_line(buyer.name), *words.address_lines(buyer.address))
    if sum(ceil(len(line) / CHARACTERS_A_LINE) for line in lines) > MOST_LINES:
        raise address_too_long()
    return lines
