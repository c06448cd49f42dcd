"""What a client asks to have invoiced or confirmed, as written, before it has a number."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol
from uuid import UUID

from services.documents.domain.errors import AlreadyConfirmed, StaleVersion
from shared.values import Exact, Value

Status = Literal["draft", "confirmed"]


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

    Delivery over time has both dates, `delivered_on` being the first day; otherwise only `delivered_on`. Without place
    and country (ISO 3166-1 alpha-2) the delivery is to the buyer's address.
    """

    customer_id: UUID
    lines: tuple[DraftLine, ...]
    delivered_on: date | None = None
    delivered_until: date | None = None
    delivery_place: str | None = None
    delivery_country: str | None = None
    your_reference: str | None = None
    our_reference: str | None = None
    order_number: str | None = None
    note: str | None = None
    payment_terms_days: int | None = None


@dataclass(frozen=True)
class DraftVersion:
    """A draft to be changed, and the versions of it that the caller may have read."""

    client_id: UUID
    draft_id: UUID
    versions: AbstractSet[int]


class Versioned(Protocol):
    @property
    def is_draft(self) -> bool: ...
    @property
    def version(self) -> int: ...


def refuse_change(stored: Versioned, read: DraftVersion) -> None:
    """Raises AlreadyConfirmed, or StaleVersion when somebody changed the draft after the caller read it."""
    if not stored.is_draft:
        raise AlreadyConfirmed(id=read.draft_id)
    if stored.version not in read.versions:
        raise StaleVersion(version=stored.version)
