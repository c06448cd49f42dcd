"""What the use cases know of rendering: a document and its logo go in, a file comes out."""

from dataclasses import dataclass
from typing import Protocol

from shared.contracts.documents import DocumentConfirmed

PDF = "application/pdf"


@dataclass(frozen=True)
class RenderedFile:
    content: bytes
    pages: int
    filename: str
    warnings: tuple[str, ...] = ()


class Renderer(Protocol):
    async def render(self, event: DocumentConfirmed, logo: bytes | None) -> RenderedFile:
        """The document as PDF. Raises RenderRefused for what a person must put right, TryLater for what may pass."""
