"""The recipient as it must appear in the window of the envelope, without empty lines (`shared/paper/window.py`)."""

from services.rendering.domain import words
from services.rendering.domain.document import Document
from services.rendering.domain.errors import address_too_long
from shared.paper.window import fits_window
from shared.text_nb import single_line


def recipient(document: Document) -> tuple[str, ...]:
    """What the window shows, line by line. Raises Unrenderable when it does not fit in the window of a letter.

    What goes only by e-mail has no envelope: there the template makes a long address smaller.
    """
    lines = name_and_address(document) if document.window is None else document.window
    if document.on_paper and not fits_window(lines):
        raise address_too_long()
    return lines


def name_and_address(document: Document) -> tuple[str, ...]:
    """The buyer's."""
    buyer = document.buyer
    return (single_line(buyer.name), *words.address_lines(buyer.address, document.language))
