"""The formats of bank files that can be imported. A new one is a row here and a package that translates it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.payments.domain import ocr_giro
from services.payments.domain.bank_file import BankFile


@dataclass(frozen=True)
class FileFormat:
    """`read` raises BankFileInvalid with every problem by line and field."""

    name: str
    media_types: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    """Decides by the first bytes; it need not be able to read the rest."""
    read: Callable[[bytes], BankFile]


FORMATS: Final = (
    # Some programs send text as octets.
    FileFormat(ocr_giro.NAME, ("text/plain", "application/octet-stream"), ocr_giro.recognises, ocr_giro.read),
)
MEDIA_TYPES: Final = tuple(dict.fromkeys(media_type for row in FORMATS for media_type in row.media_types))


def read_bank_file(data: bytes) -> BankFile:
    """The file in its own format. One that no format recognises is read as the first, which reports what is wrong."""
    file_format = next((row for row in FORMATS if row.recognises(data)), FORMATS[0])
    return file_format.read(data)
