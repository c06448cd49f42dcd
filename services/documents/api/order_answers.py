"""What callers get back about orders. Amounts in øre, quantities and rates as decimal text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from services.documents.api.answers import ContentAnswer, EventAnswer, drafted_content
from services.documents.domain.document import DeliveryState, DocumentRow, PaymentState
from services.documents.domain.draft import Status
from services.documents.domain.order import Order, OrderRow
from services.documents.domain.timeline import TimelineEvent
from shared.http.bodies import Answer


class OrderItem(Answer):
    """An order in a list."""

    id: UUID
    status: Status
    external_id: str | None
    customer_id: UUID
    customer_name: str
    net_ore: int
    mva_ore: int
    total_ore: int
    created_at: datetime
    confirmed_at: datetime | None

    @classmethod
    def of(cls, row: OrderRow) -> Self:
        names = [name for name in cls.model_fields if name != "id"]
        return cls(id=row.order_id, **{name: getattr(row, name) for name in names})


class ConfirmationAnswer(Answer):
    """The document that confirms an order to the customer."""

    id: UUID
    number: int
    document_date: date
    delivery_state: DeliveryState
    delivery_reason: str | None


class OrderInvoiceAnswer(Answer):
    """An invoice of an order."""

    id: UUID
    number: int
    document_date: date
    net_ore: int
    total_ore: int
    payment_state: PaymentState


@dataclass(frozen=True)
class Fulfilment:
    """What has been made from a confirmed order; `events` is the timeline of its confirmation."""

    confirmation: DocumentRow
    invoices: Sequence[DocumentRow]
    events: Sequence[TimelineEvent]


class OrderAnswer(ContentAnswer):
    """A whole order. A draft is priced at today's rates, a confirmed order at those of its confirmation."""

    id: UUID
    status: Status
    version: int
    external_id: str | None
    customer_id: UUID
    customer_name: str
    net_ore: int
    mva_ore: int
    total_ore: int
    confirmation: ConfirmationAnswer | None
    invoices: list[OrderInvoiceAnswer]
    created_at: datetime
    confirmed_at: datetime | None
    events: list[EventAnswer]

    @classmethod
    def of(cls, order: Order, fulfilment: Fulfilment | None, today: date) -> Self:
        row = order.row
        state = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        day = (fulfilment.confirmation.document_date if fulfilment else None) or today
        content = drafted_content(order.content, day)
        return cls.model_validate({**state, **content, **_made(fulfilment), "id": row.order_id})


def _made(fulfilment: Fulfilment | None) -> dict[str, object]:
    if fulfilment is None:
        return {"confirmation": None, "invoices": [], "events": []}
    return {
        "confirmation": _with_id(fulfilment.confirmation),
        "invoices": [_with_id(invoice) for invoice in fulfilment.invoices],
        "events": fulfilment.events,
    }


def _with_id(row: DocumentRow) -> dict[str, object]:
    return {**vars(row), "payment_state": row.payment_state, "id": row.document_id}
