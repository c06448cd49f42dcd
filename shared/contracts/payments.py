"""Events of the payments service."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.audit import AuditBatch
from shared.contracts.envelope import Event
from shared.values import Ore

MatchKind = Literal["exact", "partial", "over"]
UnmatchedReason = Literal["unknown_kid", "invalid_kid", "already_settled", "negative_amount"]
UndoReason = Literal["by_hand", "reversed"]


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
    """A bank payment, or a part of it, was matched to a claim that it pays in full, in part, or by more than is owed.

    A payment that was unmatched before is taken from the clearing account (`from_clearing`); a person may match it in
    parts, and each part has an event and a `match_id` of its own.
    """

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
    """What the claim got of the payment, including any part beyond the claim. Negative when a person charges money that
    the bank took back to the claim."""
    remaining_ore: Ore
    """What remains of the claim; negative when too much was paid."""
    match_id: UUID | None = None
    """None in events from before matches could be undone: then the payment's id stands for it."""
    matched_on: date | None = None
    """None: the day of payment."""
    from_clearing: bool = False
    """Whether the payment has been unmatched before."""

    def subject(self) -> UUID:
        return self.document_id


class PaymentUnmatched(Event):
    """A bank payment matched no open claim when it came, once per payment. It lies in clearing until a person has dealt
    with it, or its claim comes. `amount_ore` is negative for money that the bank has taken back."""

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


class MatchUndone(Event):
    """A match no longer holds: a person has undone it, or the bank has taken the payment back. What the claim had got
    lies in clearing again."""

    TYPE: ClassVar[str] = "payments.match-undone.v1"

    client_id: UUID
    match_id: UUID
    payment_id: UUID
    document_id: UUID
    customer_id: UUID
    reason: UndoReason
    account: str
    kid: str | None
    paid_on: date
    undone_on: date
    amount_ore: Ore
    """As in the match."""
    remaining_ore: Ore
    """What remains of the claim now."""

    def subject(self) -> UUID:
        return self.document_id


class PaymentRefunded(Event):
    """A person has sent an unmatched payment, or a part of it, back to the payer."""

    TYPE: ClassVar[str] = "payments.payment-refunded.v1"

    client_id: UUID
    refund_id: UUID
    payment_id: UUID
    account: str
    kid: str | None
    paid_on: date
    refunded_on: date
    amount_ore: Ore

    def subject(self) -> UUID:
        return self.payment_id


class DocumentSettled(Event):
    """Nothing of a claim is left. A claim may be reopened and settled again; `settlement` counts from 1."""

    TYPE: ClassVar[str] = "payments.document-settled.v1"

    client_id: UUID
    document_id: UUID
    customer_id: UUID
    settled_on: date
    settlement: int = 1

    def subject(self) -> UUID:
        return self.document_id


class DocumentReopened(Event):
    """Something of a settled claim is left to pay after all. `settlement` is the one that ended."""

    TYPE: ClassVar[str] = "payments.document-reopened.v1"

    client_id: UUID
    document_id: UUID
    customer_id: UUID
    reopened_on: date
    settlement: int
    outstanding_ore: Ore

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
