"""What a logo may be: a PNG or JPEG of modest size, in colours that PDF/A accepts."""

from typing import Final

from services.customers.domain.errors import LogoColours, LogoIsSvg, LogoNotAnImage, LogoTooLarge, LogoTooManyPixels

MAX_BYTES: Final = 1024 * 1024
MAX_SIDE: Final = 4000
"""34 cm at 300 dots per inch: wider than the paper."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_BYTE_ORDER_MARKS: Final = b"\xef\xbb\xbf\xff\xfe\x00"


def check_bytes(content: bytes) -> None:
    """Judges by the first bytes, not by the media type. Raises LogoTooLarge, LogoIsSvg or LogoNotAnImage."""
    if len(content) > MAX_BYTES:
        raise LogoTooLarge(max_kib=MAX_BYTES // 1024)
    if content.lstrip(_BYTE_ORDER_MARKS).lstrip().startswith(b"<"):
        raise LogoIsSvg
    if not content.startswith((_PNG, _JPEG)):
        raise LogoNotAnImage


def check_picture(width: int, height: int, colours: str) -> None:
    """Judges by the decoder's findings. Raises LogoTooManyPixels or LogoColours."""
    if max(width, height) > MAX_SIDE:
        raise LogoTooManyPixels(max_side=MAX_SIDE)
    if colours == "CMYK":
        raise LogoColours
