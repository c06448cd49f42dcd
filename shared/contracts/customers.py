"""Events of the customers service: full snapshots, with a version so that a late one never replaces a newer one."""

from typing import ClassVar, Final
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.audit import AuditBatch
from shared.contracts.envelope import Event
from shared.contracts.values import KidTerms, PostalAddress
from shared.values import Channel, KeyKind, Language, LegalForm, Sha256

ALL_KEYS: Final = UUID(int=0)
"""The subject of what is about all keys."""


class ClientChanged(Event):
    TYPE: ClassVar[str] = "customers.client-changed.v1"

    client_id: UUID
    version: int
    name: str
    orgnr: str
    legal_form: LegalForm
    mva_registered: bool
    in_foretaksregisteret: bool
    address: PostalAddress
    bank_account: str
    kid: KidTerms
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    logo: Sha256 | None = None
    bic: str | None = None
    """Of the bank that has the account."""
    first_invoice_number: int = 1
    active: bool = True

    def subject(self) -> UUID:
        return self.client_id


class CustomerChanged(Event):
    TYPE: ClassVar[str] = "customers.customer-changed.v1"

    client_id: UUID
    customer_id: UUID
    version: int
    customer_number: int
    is_business: bool
    name: str
    orgnr: str | None = None
    address: PostalAddress
    email: str | None = None
    language: Language
    channels: tuple[Channel, ...]
    payment_terms_days: int
    active: bool = True

    def subject(self) -> UUID:
        return self.customer_id


class ApiKeyChanged(Event):
    """What a service needs to check an API key: the hash of the secret, never the secret."""

    TYPE: ClassVar[str] = "customers.api-key-changed.v1"

    client_id: UUID | None
    key_id: UUID
    version: int
    kind: KeyKind
    secret_sha256: Sha256
    scopes: tuple[str, ...]
    active: bool
    expires_at: AwareDatetime | None = None
    """From then on the key is refused; null for never."""
    holder: str | None = None
    """The person that the key was issued to; null for a key that programs use."""
    introduced_by: str | None = None
    """The person at whose request the holder got the key, and who saw its secret; null for keys made on the server."""

    def subject(self) -> UUID:
        return self.key_id


class ApiKeysCurrent(Event):
    """What a service must know of the keys to be up to date; published each minute, also when nothing changed."""

    TYPE: ClassVar[str] = "customers.api-keys-current.v1"

    client_id: UUID | None = None
    at: AwareDatetime
    """By the clock of the owner's database, which no demonstration moves."""
    changes: int
    """How many changes all keys have had up to then: the sum of their versions."""

    def subject(self) -> UUID:
        return ALL_KEYS


class AuditEntriesRecorded(AuditBatch):
    """What was changed through this service's API, and which keys were used."""

    TYPE: ClassVar[str] = "customers.audit-entries-recorded.v1"
