"""Events of the documents service."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.audit import AuditBatch
from shared.contracts.envelope import Event
from shared.contracts.values import Buyer, Claim, DeliveryAgreement, DocumentSummary, Line, Seller
from shared.values import Ore


class DocumentConfirmed(Event):
    """A document has its number and is frozen: the full snapshot from which all later steps work."""

    TYPE: ClassVar[str] = "documents.document-confirmed.v1"

    client_id: UUID
    document: DocumentSummary
    seller: Seller
    buyer: Buyer
    delivery: DeliveryAgreement
    lines: tuple[Line, ...]
    delivered_on: date | None = None
    delivered_until: date | None = None
    delivery_place: str | None = None
    delivery_country: str | None = None
    """ISO 3166-1 alpha-2; None where only the place is known."""
    your_reference: str | None = None
    our_reference: str | None = None
    order_number: str | None = None
    note: str | None = None
    outstanding_ore: Ore | None = None
    """On a reminder: what is left of the claim. What is to be paid beyond it is the fee."""
    claim: Claim | None = None
    """On a reminder: when its invoice fell due, and what has been paid and credited."""
    layout: str = "standard"

    def subject(self) -> UUID:
        return self.document.document_id


class AuditEntriesRecorded(AuditBatch):
    """What was changed through this service's API, and which keys were used."""

    TYPE: ClassVar[str] = "documents.audit-entries-recorded.v1"
