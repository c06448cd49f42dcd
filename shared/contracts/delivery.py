"""Events of the delivery service. The ledger posts on the first of the three, or on document-held."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.audit import AuditBatch
from shared.contracts.envelope import Event
from shared.contracts.values import DocumentSummary
from shared.values import Channel


class DocumentDispatched(Event):
    """Handed over to the recipient's mail server, or by the print shop to the post. Not "read", not "received"."""

    TYPE: ClassVar[str] = "delivery.document-dispatched.v1"

    client_id: UUID
    document: DocumentSummary
    delivery_id: UUID
    channel: Channel
    handed_over_at: AwareDatetime
    receipt: str
    """The mail server's answer, or the print shop's receipt."""

    def subject(self) -> UUID:
        return self.document.document_id


class DocumentDelayed(Event):
    """Not handed over within the promised time; delivery keeps trying."""

    TYPE: ClassVar[str] = "delivery.document-delayed.v1"

    client_id: UUID
    document: DocumentSummary
    reason: str

    def subject(self) -> UUID:
        return self.document.document_id


class DocumentUndeliverable(Event):
    """Every agreed channel has failed; a person must act."""

    TYPE: ClassVar[str] = "delivery.document-undeliverable.v1"

    client_id: UUID
    document: DocumentSummary
    reason: str

    def subject(self) -> UUID:
        return self.document.document_id


class AuditEntriesRecorded(AuditBatch):
    """What was changed through this service's API, and which keys were used."""

    TYPE: ClassVar[str] = "delivery.audit-entries-recorded.v1"
