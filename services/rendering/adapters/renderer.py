"""What the use cases know of rendering: a document and its logo go in, a file comes out."""

from dataclasses import dataclass
from typing import Protocol

from services.rendering.domain.document import Document

PDF = "application/pdf"


@dataclass(frozen=True)
class RenderedFile:
    content: bytes
    pages: int
    filename: str
    warnings: tuple[str, ...] = ()
    """What WeasyPrint complained of without failing."""


class Renderer(Protocol):
    async def render(self, document: Document, logo: bytes | None) -> RenderedFile:
        """The document as PDF. Raises Unrenderable when a person must act, TryLater when a retry may help."""
