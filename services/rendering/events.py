"""Between the events and the domain: document-confirmed comes in, document-rendered and document-held go out."""

from services.rendering.domain.document import Document
from services.rendering.domain.outcome import Held, Rendered
from services.rendering.domain.presentation import ClientLogo
from shared.contracts.customers import ClientChanged
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.rendering import DocumentHeld, DocumentRendered
from shared.contracts.values import Artefact


def document_of(event: DocumentConfirmed) -> Document:
    """What the pages show of a confirmed document; the two have their fields' names in common."""
    on_paper = "print" in event.delivery.channels
    return Document.model_validate(dict(event.document) | dict(event) | {"on_paper": on_paper})


def document_rendered(event: DocumentConfirmed, rendered: Rendered) -> DocumentRendered:
    """Carries on from document-confirmed what delivery needs to send the files."""
    return DocumentRendered(
        client_id=event.client_id,
        document=event.document,
        seller=event.seller,
        buyer=event.buyer,
        delivery=event.delivery,
        artefacts=tuple(Artefact.model_validate(artefact) for artefact in rendered.artefacts),
    )


def client_logo(event: ClientChanged) -> ClientLogo:
    return ClientLogo(event.client_id, event.version, event.logo)


def document_held(event: DocumentConfirmed, held: Held) -> DocumentHeld:
    return DocumentHeld(
        client_id=event.client_id,
        document_id=event.document.document_id,
        code=held.code,
        reason=held.reason,
        document=event.document,
    )
