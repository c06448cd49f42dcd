"""Rendered documents, as the rendering service publishes them.

a_rendered()                                an invoice to be mailed, with print as the second channel
a_rendered(channels=("print",), pages=3)    channels, e-mail, pages or hash may be given
a_rendered(more=(an_artefact(purpose="print"),))    with further files
a_rendered(of=a_reminder())                 or the whole confirmed document
"""

from typing import Any

from shared.contracts.documents import DocumentConfirmed
from shared.contracts.rendering import DocumentRendered
from shared.contracts.values import Artefact, DeliveryAgreement
from shared.values import Channel
from tests.support.examples_documents import an_invoice

PDF = b"%PDF-1.7\n" + b"in place of an invoice\n" * 40 + b"%%EOF\n"


def an_artefact(**fields: Any) -> Artefact:
    values: dict[str, Any] = {
        "purpose": "read",
        "sha256": "0" * 64,
        "media_type": "application/pdf",
        "size_bytes": len(PDF),
        "pages": 1,
        "filename": "Faktura-1.pdf",
    }
    return Artefact(**values | fields)


def a_rendered(
    *,
    of: DocumentConfirmed | None = None,
    channels: tuple[Channel, ...] = ("email", "print"),
    email: str | None = "faktura@sbb.example",
    more: tuple[Artefact, ...] = (),
    **fields: Any,
) -> DocumentRendered:
    document = of or an_invoice(1)
    pdf = an_artefact(**{"filename": f"Faktura-{document.document.number}.pdf"} | fields)
    return DocumentRendered(
        client_id=document.client_id,
        document=document.document,
        seller=document.seller,
        buyer=document.buyer.model_copy(update={"email": email}),
        delivery=DeliveryAgreement(channels=channels, email=email),
        artefacts=(pdf, *more),
    )
