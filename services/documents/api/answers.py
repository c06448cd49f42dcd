"""What callers get back about documents. Amounts in øre, quantities and rates as decimal text."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self
from uuid import UUID

from services.documents.domain.confirmed import Buyer, ConfirmedDocument, DocumentRef, Line, MvaTotal, Seller
from services.documents.domain.document import DeliveryState, Document, DocumentRow, PaymentState
from services.documents.domain.draft import Draft, Status
from services.documents.domain.links import Link, Relation
from services.documents.domain.pricing import price
from services.documents.domain.timeline import TimelineEvent, What
from shared.http.bodies import Answer
from shared.values import DocumentKind


class EventAnswer(Answer):
    """One line of the timeline. `number` is a reminder's level, or the number of the document that was made."""

    what: What
    on_date: date
    detail: str
    number: int | None
    amount_ore: int | None


class LinkAnswer(Answer):
    """`from_id` was made from `to_id`. `ordinal` counts the links of a relation; for a reminder it is the level."""

    relation: Relation
    from_id: UUID
    to_id: UUID
    ordinal: int
    amount_ore: int


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
    credited_ore: int

    @classmethod
    def of(cls, row: DocumentRow) -> Self:
        names = [name for name in cls.model_fields if name != "id"]
        return cls(id=row.document_id, **{name: getattr(row, name) for name in names})


class ContentAnswer(Answer):
    """What an order or a document is about."""

    lines: list[Line]
    mva_totals: list[MvaTotal]
    delivered_on: date | None = None
    delivered_until: date | None = None
    delivery_place: str | None = None
    your_reference: str | None = None
    our_reference: str | None = None
    order_number: str | None = None
    note: str | None = None
    payment_terms_days: int | None = None


class DocumentAnswer(ContentAnswer):
    """A whole document. A draft is priced at today's rates; a confirmed one is what was frozen, and what became of it.

    `links` names what it was made from, and what was made from it.
    """

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
    net_ore: int
    mva_ore: int
    total_ore: int
    payable_ore: int
    seller: Seller | None = None
    buyer: Buyer | None = None
    refers_to: DocumentRef | None = None
    reminder_level: int | None = None
    delivery_state: DeliveryState | None
    delivery_reason: str | None
    payment_state: PaymentState | None
    paid_ore: int
    settled_on: date | None
    credited_ore: int
    links: list[LinkAnswer]
    created_at: datetime
    confirmed_at: datetime | None
    events: list[EventAnswer]

    @classmethod
    def of(cls, document: Document, links: Sequence[Link], events: Sequence[TimelineEvent], today: date) -> Self:
        row = document.row
        state = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        content = dict(document.snapshot) if document.snapshot else drafted_content(document.content, today)
        return cls.model_validate({**state, **content, "id": row.document_id, "links": links, "events": events})


class IssuedItem(Answer):
    """What an invoice of a block became."""

    id: UUID
    number: int
    document_date: date
    due_date: date | None
    kid: str | None
    total_ore: int

    @classmethod
    def of(cls, invoice: ConfirmedDocument) -> Self:
        names = [name for name in cls.model_fields if name != "id"]
        return cls(id=invoice.document_id, **{name: getattr(invoice, name) for name in names})


class BlockAnswer(Answer):
    items: list[IssuedItem]


def drafted_content(draft: Draft, day: date) -> dict[str, object]:
    """What was drafted, at the rates of a day."""
    priced = price(draft, day)
    return {
        **dict(draft),
        "lines": priced.lines,
        "mva_totals": priced.mva_totals,
        "net_ore": priced.net_ore,
        "mva_ore": priced.mva_ore,
        "total_ore": priced.total_ore,
        "payable_ore": priced.total_ore,
    }
