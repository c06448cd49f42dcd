"""A confirmed document as far as its pages show it."""

from datetime import date
from uuid import UUID

from shared.values import DocumentKind, Exact, Language, Ore, Sha256, Value


class Address(Value):
    lines: tuple[str, ...] = ()
    postal_code: str
    city: str
    country: str = "NO"
    """ISO 3166-1 alpha-2."""


class Seller(Value):
    name: str
    orgnr: str
    mva_registered: bool
    in_foretaksregisteret: bool
    address: Address
    bank_account: str
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    logo: Sha256 | None = None
    """The picture in the object store."""
    bic: str | None = None
    """Of the bank that has the account."""


class Buyer(Value):
    name: str
    orgnr: str | None = None
    address: Address


class Line(Value):
    description: str
    quantity: Exact
    unit: str
    unit_price: Exact
    discount_percent: Exact
    mva_code: str
    mva_rate: Exact
    net_ore: Ore


class MvaTotal(Value):
    """MVA of one code and rate, on the sum of its line nets."""

    code: str
    rate: Exact
    net_ore: Ore
    mva_ore: Ore


class Reference(Value):
    """The document that this one credits or reminds of."""

    number: int
    document_date: date


class Claim(Value):
    """The invoice that a reminder asks for, as it stood then."""

    due_date: date
    payable_ore: Ore
    credited_ore: Ore
    paid_ore: Ore


class Document(Value):
    """Everything that one document's pages are made from; the child processes get it as JSON."""

    document_id: UUID
    kind: DocumentKind
    number: int
    document_date: date
    due_date: date | None = None
    language: Language
    layout: str
    on_paper: bool = True
    """Whether it may be sent in an envelope: the recipient must fit in its window."""
    window: tuple[str, ...] | None = None
    """What is seen through the window instead of the buyer's name and address."""
    seller: Seller
    buyer: Buyer
    customer_number: int
    lines: tuple[Line, ...]
    mva_totals: tuple[MvaTotal, ...]
    net_ore: Ore
    mva_ore: Ore
    total_ore: Ore
    payable_ore: Ore
    outstanding_ore: Ore | None = None
    """On a reminder: what is left of the claim. What is to be paid beyond it is the fee."""
    claim: Claim | None = None
    """None also on reminders from before it was sent along."""
    account: str | None = None
    kid: str | None = None
    delivered_on: date | None = None
    delivered_until: date | None = None
    delivery_place: str | None = None
    delivery_country: str | None = None
    your_reference: str | None = None
    our_reference: str | None = None
    order_number: str | None = None
    note: str | None = None
    refers_to: Reference | None = None
    reminder_level: int | None = None
