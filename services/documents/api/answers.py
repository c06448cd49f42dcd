"""What callers get back. One form for all kinds of documents; amounts in øre, quantities and rates as decimal text."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self
from uuid import UUID

from services.documents.domain.document import DeliveryState, PaymentState, Status, StoredDocument, WholeDocument
from services.documents.domain.draft import Draft
from services.documents.domain.pricing import Priced, price
from services.documents.domain.timeline import TimelineEvent, What
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.values import Buyer, DocumentRef, Line, MvaTotal, Seller
from shared.http.bodies import Answer
from shared.values import DocumentKind


class EventAnswer(Answer):
    """One line of the timeline. `number` is a reminder's level, or the number of the document that was made."""

    what: What
    on_date: date
    detail: str
    number: int | None
    amount_ore: int | None


class DocumentItem(Answer):
    """A document in a list."""

    id: UUID
    kind: DocumentKind
    status: Status
    external_id: str | None
    customer_id: UUID
    customer_name: str
    number: int | None
    document_date: date | None
    due_date: date | None
    kid: str | None
    net_ore: int
    mva_ore: int
    total_ore: int
    payable_ore: int
    delivery_state: DeliveryState | None
    payment_state: PaymentState | None
    paid_ore: int

    @classmethod
    def of(cls, row: StoredDocument) -> Self:
        names = [name for name in cls.model_fields if name != "id"]
        return cls(id=row.document_id, **{name: getattr(row, name) for name in names})


class DocumentAnswer(Answer):
    """A document whole. A draft is priced at today's rates; an issued one is what was frozen, and what became of it."""

    id: UUID
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
    lines: list[Line]
    mva_totals: list[MvaTotal]
    net_ore: int
    mva_ore: int
    total_ore: int
    payable_ore: int
    delivered_on: date | None = None
    delivered_until: date | None = None
    delivery_place: str | None = None
    your_reference: str | None = None
    our_reference: str | None = None
    order_number: str | None = None
    note: str | None = None
    payment_terms_days: int | None = None
    seller: Seller | None = None
    buyer: Buyer | None = None
    refers_to: DocumentRef | None = None
    reminder_level: int | None
    delivery_state: DeliveryState | None
    delivery_reason: str | None
    payment_state: PaymentState | None
    paid_ore: int
    settled_on: date | None
    credit_note_id: UUID | None
    created_at: datetime
    confirmed_at: datetime | None
    events: list[EventAnswer]

    @classmethod
    def of(cls, document: WholeDocument, events: Sequence[TimelineEvent], today: date) -> Self:
        row = document.row
        content = _frozen(document.snapshot) if document.snapshot else _drafted(document.drafted(), today)
        state = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        told = [EventAnswer.model_validate(event) for event in events]
        return cls.model_validate({**state, "id": row.document_id, **content, "events": told})


class IssuedItem(Answer):
    """What an invoice of a block became."""

    id: UUID
    number: int
    document_date: date
    due_date: date | None
    kid: str | None
    total_ore: int

    @classmethod
    def of(cls, event: DocumentConfirmed) -> Self:
        summary = event.document
        return cls(
            id=summary.document_id,
            number=summary.number,
            document_date=summary.document_date,
            due_date=summary.due_date,
            kid=summary.kid,
            total_ore=summary.total_ore,
        )


class BlockAnswer(Answer):
    items: list[IssuedItem]


_CONTENT = (
    "delivered_on",
    "delivered_until",
    "delivery_place",
    "your_reference",
    "our_reference",
    "order_number",
    "note",
)


def _drafted(draft: Draft, today: date) -> dict[str, object]:
    priced: Priced = price(draft, today)
    return {
        **{name: getattr(draft, name) for name in _CONTENT},
        "payment_terms_days": draft.payment_terms_days,
        "lines": priced.lines,
        "mva_totals": priced.mva_totals,
        "net_ore": priced.net_ore,
        "mva_ore": priced.mva_ore,
        "total_ore": priced.total_ore,
        "payable_ore": priced.total_ore,
    }


def _frozen(snapshot: DocumentConfirmed) -> dict[str, object]:
    return {
        **{name: getattr(snapshot, name) for name in _CONTENT},
        "lines": snapshot.lines,
        "mva_totals": snapshot.document.mva_totals,
        "seller": snapshot.seller,
        "buyer": snapshot.buyer,
        "refers_to": snapshot.document.refers_to,
    }
