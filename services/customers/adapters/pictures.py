"""Decoding a picture all the way: one that cannot be drawn here would stop every invoice of the client later."""

import asyncio
import io

from PIL import Image
from PIL.ImageFile import ImageFile

from services.customers.domain.errors import LogoNotAnImage, LogoTooManyPixels
from services.customers.domain.logo import MAX_SIDE, check_bytes, check_picture


async def check_logo(content: bytes) -> None:
    """Raises one of the Logo errors of the domain. Decoding takes tens of milliseconds: it is done in a thread."""
    check_bytes(content)
    await asyncio.to_thread(_decode, content)


def _decode(content: bytes) -> None:
    try:
        with _opened(content) as picture:
            # The size stands in the header: a bomb is refused before a single pixel is unpacked.
            check_picture(*picture.size, picture.mode)
            picture.verify()
        with _opened(content) as picture:
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise LogoTooManyPixels(max_side=MAX_SIDE) from None
    except (OSError, SyntaxError, ValueError):
        raise LogoNotAnImage from None


def _opened(content: bytes) -> ImageFile:
    """`verify`, which checks what `load` skips (chunks and their sums), leaves nothing to load from: open it again."""
    return Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
