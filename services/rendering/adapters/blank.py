"""An empty page instead of the document, for measuring the pipeline alone. Never for documents that are sent."""

from services.rendering.adapters.renderer import RenderedFile
from services.rendering.domain.document import Document

_OBJECTS = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
)


def _blank_page() -> bytes:
    """The smallest PDF that any reader opens: catalogue, pages, one A4 page, cross-references (ISO 32000-1, 7.5)."""
    content, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(_OBJECTS, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(_OBJECTS) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    return (
        content + head + table + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(content))
    )


BLANK_PAGE = _blank_page()


class BlankRenderer:
    """Renders every document at once, as the same bytes."""

    async def render(self, document: Document, logo: bytes | None) -> RenderedFile:  # noqa: ARG002 the protocol's signature
        return RenderedFile(BLANK_PAGE, 1, f"{document.kind}-{document.number}.pdf")
