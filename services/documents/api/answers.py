"""What callers get back about documents. Amounts in øre, quantities and rates as decimal text."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self
from uuid import UUID

from services.documents.domain.confirmed import Buyer, ConfirmedDocument, DocumentRef, Line, MvaTotal, Seller
from services.documents.domain.document import DeliveryState, Document, DocumentRow, PaymentState
from services.documents.domain.draft import Draft, Status
from services.documents.domain.links import Link, Relation
from services.documents.domain.parties import Customer
from services.documents.domain.pricing import price_to_read
from services.documents.domain.timeline import TimelineEvent, What
from services.documents.domain.warnings import sale_of, sale_of_draft, warnings_of
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


class WarningAnswer(Answer):
    """What to check in a document: it may be against the law, and was not refused. `source` names the paragraph."""

    code: str
    pointer: str
    nb: str
    en: str
    source: str


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
    delivery_country: str | None = None
    your_reference: str | None = None
    our_reference: str | None = None
    order_number: str | None = None
    note: str | None = None
    payment_terms_days: int | None = None


class DocumentAnswer(ContentAnswer):
    """A whole document. A draft is priced at the rates of its delivery, or of today; a confirmed one is what was
    frozen, and what became of it.

    `links` names what it was made from, and what was made from it; `warnings` what should be checked in it.
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
    warnings: list[WarningAnswer]
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
    def of_draft(cls, document: Document, customer: Customer, today: date) -> Self:
        warnings = warnings_of(sale_of_draft(document.content, customer, today))
        return cls._of(document.row, drafted_content(document.content, today), warnings=warnings, links=(), events=())

    @classmethod
    def of_confirmed(cls, document: Document, links: Sequence[Link], events: Sequence[TimelineEvent]) -> Self:
        warnings = warnings_of(sale_of(document.confirmed))
        return cls._of(document.row, dict(document.confirmed), warnings=warnings, links=links, events=events)

    @classmethod
    def _of(cls, row: DocumentRow, content: dict[str, object], **other: object) -> Self:
        state = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        return cls.model_validate({**state, **content, **other, "id": row.document_id})


class IssuedItem(Answer):
    """What an invoice of a block became."""

    id: UUID
    number: int
    document_date: date
    due_date: date | None
    kid: str | None
    total_ore: int
    warnings: list[WarningAnswer]

    @classmethod
    def of(cls, invoice: ConfirmedDocument) -> Self:
        warnings = warnings_of(sale_of(invoice))
        return cls.model_validate({**dict(invoice), "id": invoice.document_id, "warnings": warnings})


class BlockAnswer(Answer):
    items: list[IssuedItem]


def drafted_content(draft: Draft, day: date) -> dict[str, object]:
    """What was drafted, at the rates of its delivery, or of a day."""
    priced = price_to_read(draft, day)
    return {
        **dict(draft),
        "lines": priced.lines,
        "mva_totals": priced.mva_totals,
        "net_ore": priced.net_ore,
        "mva_ore": priced.mva_ore,
        "total_ore": priced.total_ore,
        "payable_ore": priced.total_ore,
    }
