"""A document as it is kept: a draft that may change, or a confirmed one that never does, with what has become of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.documents.domain.draft import Draft
from services.documents.domain.errors import UnknownDocument
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.values import DocumentRef
from shared.values import DocumentKind

Status = Literal["draft", "confirmed"]
DeliveryState = Literal["pending", "held", "delayed", "undeliverable", "dispatched"]
PaymentState = Literal["open", "partly_paid", "settled", "credited"]

DELIVERY_STATES: tuple[DeliveryState, ...] = ("pending", "held", "delayed", "undeliverable", "dispatched")
"""Weakest first: late news never replaces stronger news. What is handed over stays handed over."""


@dataclass(frozen=True)
class StoredDocument:
    """One row. Amounts in øre; those of a draft are at the rates of the day it was saved."""

    document_id: UUID
    client_id: UUID
    kind: DocumentKind
    status: Status
    version: int
    external_id: str | None
    customer_id: UUID
    customer_name: str
    number: int | None
    document_date: date | None
    due_date: date | None
    account: str | None
    kid: str | None
    net_ore: int
    mva_ore: int
    total_ore: int
    payable_ore: int
    refers_to_id: UUID | None
    reminder_level: int | None
    delivery_state: DeliveryState | None
    delivery_reason: str | None
    paid_ore: int
    settled_on: date | None
    credit_note_id: UUID | None
    created_at: datetime
    confirmed_at: datetime | None

    @property
    def is_draft(self) -> bool:
        return self.status == "draft"

    @property
    def outstanding_ore(self) -> int:
        """What this service knows to be left of an invoice: nothing when settled or credited."""
        return 0 if self.settled_on or self.credit_note_id else self.payable_ore - self.paid_ore

    @property
    def payment_state(self) -> PaymentState | None:
        """How far an issued invoice has come towards being paid; other documents are not paid."""
        if self.kind != "invoice" or self.is_draft:
            return None
        if self.credit_note_id:
            return "credited"
        if self.settled_on:
            return "settled"
        return "partly_paid" if self.paid_ore else "open"

    def reference(self) -> DocumentRef:
        """How another document names this one (bokføringsforskriften § 5-2-7 for credit notes)."""
        if self.number is None or self.document_date is None:
            raise UnknownDocument(document_id=self.document_id)
        return DocumentRef(
            document_id=self.document_id, kind=self.kind, number=self.number, document_date=self.document_date
        )


@dataclass(frozen=True)
class WholeDocument:
    """A document with its content: the draft as written, and the frozen snapshot once it is issued."""

    row: StoredDocument
    draft: Draft | None
    snapshot: DocumentConfirmed | None

    def frozen(self) -> DocumentConfirmed:
        """The snapshot of an issued document; UnknownDocument when it has none."""
        if self.snapshot is None:
            raise UnknownDocument(document_id=self.row.document_id)
        return self.snapshot

    def drafted(self) -> Draft:
        """The draft it was written as; UnknownDocument for those that are made and never drafted."""
        if self.draft is None:
            raise UnknownDocument(document_id=self.row.document_id)
        return self.draft


def in_order_of(ids: Sequence[UUID], documents: Sequence[WholeDocument]) -> list[WholeDocument]:
    """The documents in the order the caller named them, which is the order of their numbers."""
    by_id = {document.row.document_id: document for document in documents}
    return [by_id[identity] for identity in ids]
