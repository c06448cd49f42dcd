"""The client's logo as mail programs show it: inside the mail, in a format that they all read."""

from typing import Final

from services.delivery.adapters.mime import Picture
from shared.objects import ObjectDamaged, ObjectMissing, ObjectStore

LARGEST_BYTES: Final = 200_000
_MEDIA_TYPES: Final = {b"\x89PNG": "image/png", b"\xff\xd8": "image/jpeg"}
"""By how the file begins. Many mail programs do not show SVG."""


async def picture_of(objects: ObjectStore, sha256: str | None) -> Picture | None:
    """None without a logo that can be shown: a mail is not held back for its looks. Raises OSError."""
    if sha256 is None:
        return None
    try:
        content = await objects.get(sha256)
    except (ObjectMissing, ObjectDamaged):
        return None
    kinds = [kind for start, kind in _MEDIA_TYPES.items() if content.startswith(start)]
    return Picture(content, kinds[0]) if kinds and len(content) <= LARGEST_BYTES else None
