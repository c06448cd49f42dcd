"""An order: an agreement with a customer that is confirmed, delivered and invoiced.

It is not a document and has no number: confirming it makes an order confirmation, invoicing it an invoice, and both are
linked to it. A quote with its versions will be an aggregate like this one.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.documents.domain.draft import Draft, Status


@dataclass(frozen=True)
class OrderRow:
    """All but the content. Amounts in øre, at the rates of the day it was saved or confirmed."""

    order_id: UUID
    client_id: UUID
    status: Status
    version: int
    external_id: str | None
    customer_id: UUID
    customer_name: str
    net_ore: int
    mva_ore: int
    total_ore: int
    created_at: datetime
    confirmed_at: datetime | None

    @property
    def is_draft(self) -> bool:
        return self.status == "draft"


@dataclass(frozen=True)
class Order:
    """An order with what was agreed."""

    row: OrderRow
    content: Draft


@dataclass(frozen=True)
class DeliveredOrder:
    """What is known when an order has been delivered, and was not when it was confirmed."""

    delivered_on: date
    delivered_until: date | None = None
    delivery_place: str | None = None
    delivery_country: str | None = None
    payment_terms_days: int | None = None

    def added_to(self, content: Draft) -> Draft:
        """The content of the invoice: as agreed, with what is known now."""
        known = {name: value for name, value in vars(self).items() if value is not None}
        return content.model_copy(update=known)
