"""Text that people type and that ends up in print or in a mail header: one clean line each, of limited length."""

from typing import Final

from services.customers.domain.errors import TextForbidden, TextMissing, TextTooLong
from shared.text_nb import ControlCharacterError, TextTooLongError, refuse_control_characters, single_line

NAME_MAX: Final = 120
LABEL_MAX: Final = 100
EXTERNAL_ID_MAX: Final = 100


def line(text: str, pointer: str, max_length: int) -> str:
    """One visible line of at most `max_length` characters.

    Raises TextMissing, TextTooLong, or TextForbidden for what would start a mail header of its own.
    """
    cleaned = single_line(text)
    if not cleaned:
        raise TextMissing(pointer=pointer)
    try:
        return refuse_control_characters(cleaned, max_length)
    except TextTooLongError:
        raise TextTooLong(pointer=pointer, max_length=max_length) from None
    except ControlCharacterError:
        raise TextForbidden(pointer=pointer) from None


def optional_line(text: str | None, pointer: str, max_length: int) -> str | None:
    """As `line`; text without a visible character counts as none."""
    return line(text, pointer, max_length) if text is not None and single_line(text) else None
