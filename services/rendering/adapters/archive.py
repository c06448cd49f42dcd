"""The last step before a PDF's bytes are written: what PDF/A and its validators ask for.

WeasyPrint writes plain objects and an ordinary cross-reference table, and the streams are compressed here: once, where
pydyf would compress every stream twice (the second time to make the file identifier).
"""

import base64
import zlib
from typing import Any, Final

import pydyf  # type: ignore[import-untyped]  # no types are published

from services.rendering.domain.errors import characters_missing

PLAIN: Final = {"uncompressed_pdf": True}
"""WeasyPrint's option that leaves the compression to `finish`."""

_LEVEL: Final = 6
_LINE_ENDS: Final = (b"\r", b"\n")


def finish(document: Any, pdf: Any) -> None:
    """Refuse characters that would be empty boxes (PDF/A 6.2.11.8), leave XMP readable, compress the rest."""
    missing = {point for font in document.fonts.values() for point in font.missing}
    if missing:
        raise characters_missing("".join(map(chr, sorted(missing))))
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and "Filter" not in item.extra:
            _compress(item)


def _compress(stream: Any) -> None:
    stream.compress = False
    content = stream.data.split(b"stream\n", 1)[1].removesuffix(b"\nendstream")
    if stream.extra.get("Type") == "/Metadata":
        stream.stream = [content.rstrip()]
        return
    filters, compressed = _compressed(content)
    stream.extra["Filter"] = filters
    stream.stream = [compressed]


def _compressed(content: bytes) -> tuple[str, bytes]:
    """The filters and the bytes: Flate, and ASCII on top when the last byte would look like the line end that follows.

    One checksum in 128 ends in such a byte. Readers go by the stream's length, but some validators count back from
    `endstream` and find the stream one byte too short (ISO 19005-3, 6.1.7.1).
    """
    compressed = zlib.compress(content, _LEVEL)
    if not compressed.endswith(_LINE_ENDS):
        return "/FlateDecode", compressed
    return "[/ASCII85Decode /FlateDecode]", base64.a85encode(compressed) + b"~>"
