"""How a held document is to look instead: its logo and what the envelope window shows. Its content stays as it is."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.rendering.domain.document import Document
from shared.values import Value

LogoChoice = Literal["confirmed", "current", "none"]


class Presentation(Value):
    """`logo`: the one that the document was confirmed with, the one that the client has now, or none.

    `recipient` replaces name and address in the window, line by line; they are then printed in full among the details,
    since the parties must be named (bokføringsforskriften § 5-1-2).
    """

    logo: LogoChoice = "confirmed"
    recipient: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ClientLogo:
    """The logo that a client has now; the version is the client's."""

    client_id: UUID
    version: int
    logo: str | None


AS_CONFIRMED = Presentation()


def presented(document: Document, presentation: Presentation, current_logo: str | None) -> Document:
    """The document with another look."""
    logos = {"confirmed": document.seller.logo, "current": current_logo, "none": None}
    seller = document.seller.model_copy(update={"logo": logos[presentation.logo]})
    return document.model_copy(update={"seller": seller, "window": presentation.recipient})
