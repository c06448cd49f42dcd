"""Values that several events share. Amounts are integer øre; quantities, unit prices and rates are decimals."""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from shared.values import (
    Channel,
    DocumentKind,
    Exact,
    KidAlgorithm,
    Language,
    LegalForm,
    Ore,
    Purpose,
    Sha256,
    Value,
)


class PostalAddress(Value):
    lines: tuple[str, ...] = ()
    postal_code: str
    city: str
    country: str = "NO"


class KidTerms(Value):
    """What the client's bank has registered for the account: algorithm and total length with check digit."""

    algorithm: KidAlgorithm
    length: int


class Seller(Value):
    """The client as it stood when the document was confirmed (bokføringsforskriften § 5-1-2)."""

    name: str
    orgnr: str
    legal_form: LegalForm
    mva_registered: bool
    in_foretaksregisteret: bool
    address: PostalAddress
    bank_account: str
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    logo: Sha256 | None = None
    bic: str | None = None
    """Of the bank that has the account, for payers abroad."""


class Buyer(Value):
    """The customer as it stood when the document was confirmed."""

    customer_id: UUID
    customer_number: int
    name: str
    orgnr: str | None = None
    is_business: bool
    address: PostalAddress
    email: str | None = None


class DeliveryAgreement(Value):
    """How the customer receives its documents: channels in order of preference."""

    channels: tuple[Channel, ...]
    email: str | None = None


class Line(Value):
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
    """MVA of one code and rate, calculated on the sum of its line nets."""

    code: str
    rate: Exact
    net_ore: Ore
    mva_ore: Ore


class DocumentRef(Value):
    """Another document that this one corrects, follows from or reminds of."""

    document_id: UUID
    kind: DocumentKind
    number: int
    document_date: date


class Claim(Value):
    """The invoice that a reminder asks for, as it stood when the reminder was confirmed."""

    due_date: date
    payable_ore: Ore
    credited_ore: Ore
    paid_ore: Ore


class DocumentSummary(Value):
    """What every subscriber needs to know of a document, apart from its lines.

    Amounts of a credit note are positive; its kind says that it reduces the claim.
    """

    document_id: UUID
    client_id: UUID
    kind: DocumentKind
    series: str
    number: int
    document_date: date
    due_date: date | None = None
    language: Language
    currency: Literal["NOK"] = "NOK"
    customer_id: UUID
    customer_number: int
    customer_name: str
    account: str | None = None
    kid: str | None = None
    mva_totals: tuple[MvaTotal, ...]
    net_ore: Ore
    mva_ore: Ore
    total_ore: Ore
    payable_ore: Ore
    refers_to: DocumentRef | None = None
    reminder_level: int | None = None


class Artefact(Value):
    """A rendered file in the object store, under the hash of its bytes."""

    purpose: Purpose
    sha256: Sha256
    media_type: str
    size_bytes: int
    pages: int | None = None
    """Of what is read or printed; a structured file has none."""
    filename: str
