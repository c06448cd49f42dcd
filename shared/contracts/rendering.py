"""Events of the rendering service."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.audit import AuditBatch
from shared.contracts.envelope import Event
from shared.contracts.values import Artefact, Buyer, DeliveryAgreement, DocumentSummary, Seller


class DocumentRendered(Event):
    """The document's files are in the object store; with what delivery needs to send them."""

    TYPE: ClassVar[str] = "rendering.document-rendered.v1"

    client_id: UUID
    document: DocumentSummary
    seller: Seller
    buyer: Buyer
    delivery: DeliveryAgreement
    artefacts: tuple[Artefact, ...]
    """At most one per purpose. Without a file for printing, the one for reading is printed."""

    def subject(self) -> UUID:
        return self.document.document_id


class DocumentHeld(Event):
    """The document cannot be rendered as it is; a person must act. The ledger posts on it, as it does on delivery."""

    TYPE: ClassVar[str] = "rendering.document-held.v1"

    client_id: UUID
    document_id: UUID
    code: str
    reason: str
    document: DocumentSummary | None = None
    """None in events of before it was sent along; the ledger then posts when the document is delivered."""

    def subject(self) -> UUID:
        return self.document_id


class AuditEntriesRecorded(AuditBatch):
    """What was changed through this service's API, and which keys were used."""

    TYPE: ClassVar[str] = "rendering.audit-entries-recorded.v1"
