"""What a client asks to have invoiced or confirmed, before it has a number: kept whole, and read back as it was."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from shared.values import Exact, Value


class DraftLine(Value):
    """One line as agreed. `unit_price` is in kroner without MVA; the discount is a percentage of the line."""

    description: str
    quantity: Exact
    unit: str
    unit_price: Exact
    discount_percent: Exact = Decimal(0)
    mva_code: str


class Draft(Value):
    """The content that a person or a program writes; all else follows from the registers and the law.

    Delivery over time has both dates, `delivered_on` being the first day; otherwise only `delivered_on`.
    """

    customer_id: UUID
    lines: tuple[DraftLine, ...]
    delivered_on: date | None = None
    delivered_until: date | None = None
    delivery_place: str | None = None
    your_reference: str | None = None
    our_reference: str | None = None
    order_number: str | None = None
    note: str | None = None
    payment_terms_days: int | None = None
