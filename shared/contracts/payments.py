"""Events of the payments service."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.audit import AuditBatch
from shared.contracts.envelope import Event
from shared.values import Ore

MatchKind = Literal["exact", "partial", "over"]
UnmatchedReason = Literal["unknown_kid", "invalid_kid", "already_settled", "negative_amount"]


class BankFileImported(Event):
    TYPE: ClassVar[str] = "payments.bank-file-imported.v1"

    client_id: UUID
    bank_file_id: UUID
    payments: int
    total_ore: Ore
    matched: int
    matched_ore: Ore
    unmatched: int
    unmatched_ore: Ore

    def subject(self) -> UUID:
        return self.bank_file_id


class PaymentMatched(Event):
    """A bank payment was matched to a claim that it pays in full, in part, or by more than is owed."""

    TYPE: ClassVar[str] = "payments.payment-matched.v1"

    client_id: UUID
    payment_id: UUID
    document_id: UUID
    customer_id: UUID
    kind: MatchKind
    account: str
    kid: str
    paid_on: date
    amount_ore: Ore
    """The whole payment, including any part beyond the claim."""
    remaining_ore: Ore
    """What remains of the claim; negative when too much was paid."""

    def subject(self) -> UUID:
        return self.document_id


class PaymentUnmatched(Event):
    """A bank payment that matches no open claim; it stays listed until a person has dealt with it."""

    TYPE: ClassVar[str] = "payments.payment-unmatched.v1"

    client_id: UUID
    payment_id: UUID
    account: str
    kid: str | None
    paid_on: date
    amount_ore: Ore
    reason: UnmatchedReason

    def subject(self) -> UUID:
        return self.payment_id


class DocumentSettled(Event):
    TYPE: ClassVar[str] = "payments.document-settled.v1"

    client_id: UUID
    document_id: UUID
    customer_id: UUID
    settled_on: date

    def subject(self) -> UUID:
        return self.document_id


class DocumentOverdue(Event):
    """Published once per claim and reminder level."""

    TYPE: ClassVar[str] = "payments.document-overdue.v1"

    client_id: UUID
    document_id: UUID
    customer_id: UUID
    level: int
    due_date: date
    outstanding_ore: Ore
    found_on: date

    def subject(self) -> UUID:
        return self.document_id


class AuditEntriesRecorded(AuditBatch):
    """What was changed through this service's API, and which keys were used."""

    TYPE: ClassVar[str] = "payments.audit-entries-recorded.v1"
