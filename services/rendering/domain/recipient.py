"""The recipient as it must appear in the window of the envelope, without empty lines (`shared/paper/window.py`)."""

from services.rendering.domain import words
from services.rendering.domain.document import Buyer
from services.rendering.domain.errors import address_too_long
from shared.paper.window import fits_window
from shared.text_nb import single_line


def recipient(buyer: Buyer, *, on_paper: bool) -> tuple[str, ...]:
    """Name and address line by line. Raises Unrenderable when they do not fit in the window of a letter.

    What goes only by e-mail has no envelope: there the template makes a long address smaller.
    """
    lines = (single_line(buyer.name), *words.address_lines(buyer.address))
    if on_paper and not fits_window(lines):
        raise address_too_long()
    return lines
