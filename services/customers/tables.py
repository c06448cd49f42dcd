"""Clients, their customers, the counter of customer numbers, and the issued keys."""

from datetime import datetime
from typing import Any, Final, get_args
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from shared.db.approvals import add_approval_table
from shared.db.base import add_common_tables, one_of, service_registry
from shared.values import KeyKind, KidAlgorithm, Language, LegalForm

_TEXTS = ARRAY(sa.Text)
ACCOUNT_IN_USE: Final = "uq_client_bank_account_in_use"
_MOMENT = sa.DateTime(timezone=True)


class CustomersBase(SQLModel, registry=service_registry()):
    """The registry of this service's tables."""


class ClientRow(CustomersBase, table=True):
    __tablename__ = "client"
    __table_args__ = (
        one_of("legal_form", get_args(LegalForm), "legal_form"),
        one_of("kid_algorithm", get_args(KidAlgorithm), "kid_algorithm"),
        sa.CheckConstraint("first_invoice_number >= 1", name="first_invoice_number"),
        # Payments must have one owner, so an account is in use by one active client only.
        sa.Index(ACCOUNT_IN_USE, "bank_account", unique=True, postgresql_where=sa.text("active")),
    )

    client_id: UUID = Field(primary_key=True)
    version: int
    name: str
    # Unique across clients, like the external id: a client is itself the tenant, and only the bureau writes here.
    orgnr: str = Field(unique=True)
    external_id: str | None = Field(default=None, unique=True)
    legal_form: str
    mva_registered: bool
    in_foretaksregisteret: bool
    address_lines: list[str] = Field(sa_type=_TEXTS)
    postal_code: str
    city: str
    country: str
    bank_account: str
    kid_algorithm: str
    kid_length: int
    email: str | None
    phone: str | None
    website: str | None
    bic: str | None = None
    logo_sha256: str | None
    first_invoice_number: int = Field(sa_type=sa.BigInteger)
    active: bool
    registered_at: datetime = Field(sa_type=_MOMENT)


class CustomerCounterRow(CustomersBase, table=True):
    """Every customer number below `next_number` is taken. Locked while a customer is being registered."""

    __tablename__ = "customer_counter"

    client_id: UUID = Field(primary_key=True, foreign_key="client.client_id")
    next_number: int = Field(default=1, sa_type=sa.BigInteger)


class CustomerRow(CustomersBase, table=True):
    __tablename__ = "customer"
    __table_args__ = (
        sa.UniqueConstraint("client_id", "customer_id"),
        sa.UniqueConstraint("client_id", "customer_number"),
        sa.UniqueConstraint("client_id", "external_id"),
        sa.Index("ix_customer_sorted", "client_id", "sort_key", "customer_id"),
        one_of("language", get_args(Language), "language"),
        sa.CheckConstraint("customer_number >= 1", name="customer_number"),
        sa.CheckConstraint("cardinality(channels) > 0", name="channels"),
        sa.CheckConstraint("is_business or orgnr is null", name="orgnr_of_business"),
        sa.CheckConstraint("email is not null or not ('email' = any(channels))", name="email_channel"),
    )

    customer_id: UUID = Field(primary_key=True)
    client_id: UUID = Field(foreign_key="client.client_id")
    version: int
    customer_number: int = Field(sa_type=sa.BigInteger)
    external_id: str | None
    is_business: bool
    name: str
    # Compared by code point; the Norwegian order is in the key itself (shared/text_nb.py).
    sort_key: str = Field(sa_type=sa.String(collation="C"))
    orgnr: str | None
    address_lines: list[str] = Field(sa_type=_TEXTS)
    postal_code: str
    city: str
    country: str
    email: str | None
    language: str
    channels: list[str] = Field(sa_type=_TEXTS)
    payment_terms_days: int
    active: bool
    registered_at: datetime = Field(sa_type=_MOMENT)


class IssuedKeyRow(CustomersBase, table=True):
    """A key as it was issued. The table `api_key` beside it is the copy that calls are checked against."""

    __tablename__ = "issued_key"
    __table_args__ = (
        one_of("kind", get_args(KeyKind), "kind"),
        sa.CheckConstraint("(kind = 'client') = (client_id is not null)", name="client_of_key"),
        sa.CheckConstraint("active = (revoked_at is null)", name="active_until_revoked"),
        sa.CheckConstraint("secret_sha256 ~ '^[0-9a-f]{64}$'", name="hashed"),
        sa.Index("ix_issued_key_client", "client_id", "key_id"),
    )

    key_id: UUID = Field(primary_key=True)
    version: int
    kind: str
    client_id: UUID | None = Field(default=None, foreign_key="client.client_id")
    label: str
    prefix: str
    # Unique across clients: a secret belongs to one key only.
    secret_sha256: str = Field(unique=True)
    scopes: list[str] = Field(sa_type=_TEXTS)
    live: bool
    active: bool
    created_at: datetime = Field(sa_type=_MOMENT)
    revoked_at: datetime | None = Field(default=None, sa_type=_MOMENT)
    expires_at: datetime | None = Field(default=None, sa_type=_MOMENT)
    holder: str | None = Field(default=None, sa_type=sa.Text)
    introduced_by: str | None = Field(default=None, sa_type=sa.Text)
    last_used_at: datetime | None = Field(default=None, sa_type=_MOMENT)


class AuditLogRow(CustomersBase, table=True):
    """The audit entries of all services, in the order received. `hash` covers the row and the hash before it.

    The table `audit_entry` beside it holds what this service itself has recorded.
    """

    __tablename__ = "audit_log"
    __table_args__ = (
        sa.Index("ix_audit_log_client", "client_id", "position"),
        sa.Index("ix_audit_log_resource", "resource_id", "position"),
        sa.Index("ix_audit_log_key", "key_id", "position"),
        sa.CheckConstraint("hash ~ '^[0-9a-f]{64}$'", name="hashed"),
    )

    entry_id: UUID = Field(primary_key=True)
    # Over all clients: assigned one after the other, so that no cursor passes over an entry.
    position: int = Field(sa_type=sa.BigInteger, unique=True)
    service: str
    client_id: UUID | None
    recorded_at: datetime = Field(sa_type=_MOMENT)
    actor: str
    key_id: UUID | None
    action: str
    resource: str
    resource_id: UUID | None
    before: dict[str, Any] | None = Field(sa_type=JSONB(none_as_null=True))
    after: dict[str, Any] | None = Field(sa_type=JSONB(none_as_null=True))
    request_id: str
    hash: str


add_common_tables(CustomersBase.metadata)
add_approval_table(CustomersBase.metadata)
