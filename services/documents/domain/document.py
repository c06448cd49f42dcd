"""A stored document: a draft invoice that may change, or a confirmed document with what has become of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.documents.domain.confirmed import ConfirmedDocument
from services.documents.domain.draft import Draft, Status
from services.documents.domain.errors import NotConfirmed
from shared.values import DocumentKind

DeliveryState = Literal["pending", "held", "delayed", "undeliverable", "dispatched"]
PaymentState = Literal["open", "partly_paid", "settled", "credited"]

DELIVERY_STATES: tuple[DeliveryState, ...] = ("pending", "held", "delayed", "undeliverable", "dispatched")
"""Weakest first: a late event never replaces a stronger state. What is handed over stays handed over."""


@dataclass(frozen=True)
class DocumentRow:
    """All but the content. Amounts in øre; those of a draft are at the rates of the day it was saved."""

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
    delivery_state: DeliveryState | None
    delivery_reason: str | None
    paid_ore: int
    settled_on: date | None
    credited_ore: int
    """The sum of the credit notes that credit this invoice."""
    created_at: datetime
    confirmed_at: datetime | None

    @property
    def is_draft(self) -> bool:
        return self.status == "draft"

    @property
    def outstanding_ore(self) -> int:
        """What is left of an invoice as far as this service knows; negative when too much was paid."""
        return 0 if self.settled_on else self.payable_ore - self.paid_ore - self.credited_ore

    @property
    def payment_state(self) -> PaymentState | None:
        """How far an issued invoice is from being paid; None for drafts and other kinds. "credited" means in full.

        An invoice of nothing is settled from the start, also when it is credited.
        """
        if self.kind != "invoice" or self.is_draft:
            return None
        if self.credited_ore >= self.total_ore > 0:
            return "credited"
        if self.settled_on or self.payable_ore == 0:
            return "settled"
        return "partly_paid" if self.paid_ore else "open"


@dataclass(frozen=True)
class Document:
    """A document with its content: the draft as written, or what was confirmed, or both."""

    row: DocumentRow
    draft: Draft | None
    snapshot: ConfirmedDocument | None

    @property
    def confirmed(self) -> ConfirmedDocument:
        """What was confirmed; NotConfirmed for a draft."""
        if self.snapshot is None:
            raise NotConfirmed(document_id=self.row.document_id)
        return self.snapshot

    @property
    def content(self) -> Draft:
        """What was drafted. Only invoices are; other documents are confirmed as they are made."""
        assert self.draft is not None
        return self.draft


def in_order_of(ids: Sequence[UUID], documents: Sequence[Document]) -> list[Document]:
    """The documents in the order in which the caller named them, which is the order of their numbers."""
    by_id = {document.row.document_id: document for document in documents}
    return [by_id[document_id] for document_id in ids]
