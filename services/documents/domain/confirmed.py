"""A confirmed document: its content as the buyer gets it, frozen, hashed, and kept for as long as the books are.

It is not the event that is made from it, and has a schema version of its own: a document confirmed years ago can still
be read when the events have changed. `CURRENT_VERSION` is what is written; `READERS` has a reader for every version
that was ever written, and none is ever removed.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from services.documents.domain.parties import Address
from shared.values import Channel, DocumentKind, Exact, Language, LegalForm, Ore, Sha256, Value

CURRENT_VERSION: Final = 2


class Seller(Value):
    """The client on the day of confirmation (bokføringsforskriften § 5-1-2)."""

    name: str
    orgnr: str
    legal_form: LegalForm
    mva_registered: bool
    in_foretaksregisteret: bool
    address: Address
    bank_account: str
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    logo: Sha256 | None = None
    bic: str | None = None
    """Of the bank that has the account; None also in what was confirmed before clients had one."""


class Buyer(Value):
    """The customer on the day of confirmation."""

    customer_id: UUID
    customer_number: int
    name: str
    orgnr: str | None = None
    is_business: bool
    address: Address
    email: str | None = None


class DeliveryAgreement(Value):
    """How the buyer gets its documents: channels in order of preference."""

    channels: tuple[Channel, ...]
    email: str | None = None


class Line(Value):
    """A priced line. Unit price in kroner, discount and rate in percent."""

    line_no: int
    description: str
    quantity: Exact
    unit: str
    unit_price: Exact
    discount_percent: Exact = Decimal(0)
    mva_code: str
    mva_rate: Exact
    net_ore: Ore


class MvaTotal(Value):
    """MVA of one code and rate, on the sum of its line nets."""

    code: str
    rate: Exact
    net_ore: Ore
    mva_ore: Ore


class DocumentRef(Value):
    """Another document that this one refers to."""

    document_id: UUID
    kind: DocumentKind
    number: int
    document_date: date


class Claim(Value):
    """The invoice that a reminder asks for, as it stood then."""

    due_date: date
    payable_ore: Ore
    credited_ore: Ore
    paid_ore: Ore


class ConfirmedDocument(Value):
    """Amounts in øre; those of a credit note are positive, though it reduces what is owed.

    A delivery over time has both dates. `delivery_country` is None where only the place is known, and in documents of
    schema version 1. `payable_ore` of a reminder is what is left to pay; its totals are zero.
    """

    schema_version: int = CURRENT_VERSION
    client_id: UUID
    document_id: UUID
    kind: DocumentKind
    series: str
    number: int
    document_date: date
    due_date: date | None = None
    language: Language
    currency: Literal["NOK"] = "NOK"
    seller: Seller
    buyer: Buyer
    delivery: DeliveryAgreement
    lines: tuple[Line, ...]
    mva_totals: tuple[MvaTotal, ...]
    net_ore: Ore
    mva_ore: Ore
    total_ore: Ore
    payable_ore: Ore
    account: str | None = None
    kid: str | None = None
    refers_to: DocumentRef | None = None
    reminder_level: int | None = None
    claim: Claim | None = None
    delivered_on: date | None = None
    delivered_until: date | None = None
    delivery_place: str | None = None
    delivery_country: str | None = None
    your_reference: str | None = None
    our_reference: str | None = None
    order_number: str | None = None
    note: str | None = None
    layout: str = "standard"

    def reference(self) -> DocumentRef:
        """How another document refers to this one (bokføringsforskriften § 5-2-7 for credit notes)."""
        return DocumentRef.model_validate(self)


READERS: Final[Mapping[int, Callable[[dict[str, Any]], ConfirmedDocument]]] = {
    1: ConfirmedDocument.model_validate,
    2: ConfirmedDocument.model_validate,
}
"""Stored JSON of each schema version, read as today's value."""


def read_confirmed(text: str) -> ConfirmedDocument:
    """A stored document, of whichever schema version it was written in. KeyError for a version from the future."""
    stored: dict[str, Any] = json.loads(text)
    return READERS[stored["schema_version"]](stored)
