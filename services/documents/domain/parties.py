"""Seller and buyer as this service knows them: its own copies of the registers, with only what documents need."""

from dataclasses import dataclass
from uuid import UUID

from shared.countries import NORWAY, is_complete
from shared.values import Channel, KidAlgorithm, Language, LegalForm, Sha256, Value


class Address(Value):
    lines: tuple[str, ...] = ()
    postal_code: str
    city: str
    country: str = NORWAY

    @property
    def is_complete(self) -> bool:
        return is_complete(self.postal_code, self.city, self.country)


class KidTerms(Value):
    """What the client has agreed with its bank: algorithm, and total length with the check digit."""

    algorithm: KidAlgorithm
    length: int


class Client(Value):
    """The seller. `version` orders the snapshots; the first invoice number counts until the series has begun."""

    client_id: UUID
    version: int
    name: str
    orgnr: str
    legal_form: LegalForm
    mva_registered: bool
    in_foretaksregisteret: bool
    address: Address
    bank_account: str
    kid: KidTerms
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    logo: Sha256 | None = None
    bic: str | None = None
    first_invoice_number: int = 1
    active: bool = True


class Customer(Value):
    """The buyer. `channels` in order of preference."""

    client_id: UUID
    customer_id: UUID
    version: int
    customer_number: int
    is_business: bool
    name: str
    orgnr: str | None = None
    address: Address
    email: str | None = None
    language: Language
    channels: tuple[Channel, ...]
    payment_terms_days: int
    active: bool = True


@dataclass(frozen=True)
class Parties:
    """Who sells and who buys, as registered now; both are frozen into the document that is confirmed."""

    client: Client
    customer: Customer
