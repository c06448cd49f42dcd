"""Decodes a logo completely: a picture that cannot be drawn would stop every invoice of the client later."""

import asyncio
import io

from PIL import Image
from PIL.ImageFile import ImageFile

from services.customers.domain.errors import LogoNotAnImage, LogoTooManyPixels
from services.customers.domain.logo import MAX_SIDE, check_bytes, check_picture


async def check_logo(content: bytes) -> None:
    """Raises one of the Logo errors of the domain. Decoding takes tens of milliseconds, so it runs in a thread."""
    check_bytes(content)
    await asyncio.to_thread(_decode, content)


def _decode(content: bytes) -> None:
    try:
        with _open(content) as picture:
            # The size is in the header, so a decompression bomb is refused before it is unpacked.
            check_picture(*picture.size, picture.mode)
            picture.verify()
        with _open(content) as picture:
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise LogoTooManyPixels(max_side=MAX_SIDE) from None
    except (OSError, SyntaxError, ValueError):
        raise LogoNotAnImage from None


def _open(content: bytes) -> ImageFile:
    """A picture cannot be loaded after `verify` (chunks and checksums), so it is opened once for each."""
    return Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
