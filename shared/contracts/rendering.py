"""Facts that the rendering service owns."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.envelope import Fact
from shared.contracts.values import Artefact, Buyer, DeliveryAgreement, DocumentSummary, Seller


class DocumentRendered(Fact):
    """The document's files are in the object store; carries what delivery needs to send them."""

    TYPE: ClassVar[str] = "rendering.document-rendered.v1"

    client_id: UUID
    document: DocumentSummary
    seller: Seller
    buyer: Buyer
    delivery: DeliveryAgreement
    pdf: Artefact

    def subject(self) -> UUID:
        return self.document.document_id


class DocumentHeld(Fact):
    """The document cannot be rendered as it is; a person must look."""

    TYPE: ClassVar[str] = "rendering.document-held.v1"

    client_id: UUID
    document_id: UUID
    code: str
    reason: str

    def subject(self) -> UUID:
        return self.document_id
