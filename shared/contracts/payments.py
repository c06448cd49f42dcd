"""Facts that the payments service owns."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

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
    """A bank payment was found to pay a claim, wholly, partly or by too much."""

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
    """The whole payment, also the part beyond the claim."""
    remaining_ore: Ore
    """What is left of the claim afterwards; negative when too much was paid."""

    def subject(self) -> UUID:
        return self.document_id


class PaymentUnmatched(Event):
    """Money came in that no claim explains; it is listed until a person has looked."""

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
    """Told once per claim and level."""

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
