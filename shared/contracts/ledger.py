"""Events of the ledger service."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.audit import AuditBatch
from shared.contracts.envelope import Event
from shared.values import Ore, Value

EntrySource = Literal["document", "payment"]


class Posting(Value):
    """One line of an entry; debit is positive, credit negative."""

    account: int
    amount_ore: Ore
    mva_code: str | None = None


class EntryPosted(Event):
    TYPE: ClassVar[str] = "ledger.entry-posted.v1"

    client_id: UUID
    entry_id: UUID
    entry_number: int
    entry_date: date
    source: EntrySource
    source_id: UUID
    """The id of the document, the payment, or the match by which a payment was moved."""
    document_id: UUID
    customer_id: UUID
    text: str
    postings: tuple[Posting, ...]

    def subject(self) -> UUID:
        return self.document_id


class ClearingPosted(Event):
    """An entry that concerns no customer: money that nobody has matched yet came to the bank, or was sent back.

    Its entries and those of `entry-posted` are the client's books together, with one sequence of numbers.
    """

    TYPE: ClassVar[str] = "ledger.clearing-posted.v1"

    client_id: UUID
    entry_id: UUID
    entry_number: int
    entry_date: date
    source_id: UUID
    """The id of the payment, or of its refund."""
    text: str
    postings: tuple[Posting, ...]

    def subject(self) -> UUID:
        return self.source_id


class AuditEntriesRecorded(AuditBatch):
    """What was changed through this service's API, and which keys were used."""

    TYPE: ClassVar[str] = "ledger.audit-entries-recorded.v1"
