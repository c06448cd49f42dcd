"""The tables of documents: orders, drafts and confirmed documents with their links, number series and timelines, and
copies of the registers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from services.documents.domain.links import RELATIONS
from shared.db.base import add_common_tables, one_of, service_registry


class DocumentsBase(SQLModel, registry=service_registry()):
    """The base of this service's tables."""


class ClientCopy(DocumentsBase, table=True):
    """The newest snapshot of a client."""

    __tablename__ = "client_copy"

    client_id: UUID = Field(primary_key=True)
    version: int
    snapshot: dict[str, Any] = Field(sa_type=JSONB)


class CustomerCopy(DocumentsBase, table=True):
    """The newest snapshot of a customer."""

    __tablename__ = "customer_copy"

    client_id: UUID = Field(primary_key=True)
    customer_id: UUID = Field(primary_key=True)
    version: int
    snapshot: dict[str, Any] = Field(sa_type=JSONB)


class Series(DocumentsBase, table=True):
    """The counter of a number series; its row is locked last in the transaction that confirms."""

    __tablename__ = "series"
    __table_args__ = (CheckConstraint("next_number >= first_number and first_number >= 1", name="counts_up"),)

    client_id: UUID = Field(primary_key=True)
    series: str = Field(primary_key=True)
    first_number: int = Field(sa_type=BigInteger)
    next_number: int = Field(sa_type=BigInteger)
    last_date: date


class SalesOrder(DocumentsBase, table=True):
    """An order: a draft, or confirmed and then frozen by a trigger. Its confirmation and invoices are linked to it."""

    __tablename__ = "sales_order"
    __table_args__ = (
        one_of("status", ("draft", "confirmed"), "status"),
        CheckConstraint("(status = 'confirmed') = (confirmed_at is not null)", name="confirmed_has_its_time"),
        UniqueConstraint("client_id", "external_id"),
        Index("ix_sales_order_customer", "client_id", "customer_id", "order_id"),
    )

    client_id: UUID = Field(primary_key=True)
    order_id: UUID = Field(primary_key=True)
    status: str
    version: int = 1
    external_id: str | None = None
    customer_id: UUID
    customer_name: str
    content: dict[str, Any] = Field(sa_type=JSONB)
    net_ore: int = Field(sa_type=BigInteger)
    mva_ore: int = Field(sa_type=BigInteger)
    total_ore: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    confirmed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class Document(DocumentsBase, table=True):
    """A draft invoice, or a confirmed document: then a trigger freezes every column but those of its later fate.

    Once confirmed its columns are read out of `snapshot`, so that the two cannot disagree.
    """

    __tablename__ = "document"
    __table_args__ = (
        one_of("kind", ("order_confirmation", "invoice", "credit_note", "reminder"), "kind"),
        one_of("status", ("draft", "confirmed"), "status"),
        one_of("delivery_state", ("pending", "held", "delayed", "undeliverable", "dispatched"), "delivery_state"),
        CheckConstraint(
            "(status = 'confirmed') = (number is not null and document_date is not null and snapshot is not null "
            "and snapshot_sha256 is not null and confirmed_at is not null and series is not null)",
            name="confirmed_is_numbered_and_frozen",
        ),
        CheckConstraint("status = 'confirmed' or (kind = 'invoice' and draft is not null)", name="draft_is_an_invoice"),
        UniqueConstraint("client_id", "external_id"),
        UniqueConstraint("client_id", "series", "number"),
        Index(
            "uq_document_kid",
            "client_id",
            "account",
            "kid",
            unique=True,
            postgresql_where=text("kind = 'invoice' and kid is not null"),
        ),
        Index("ix_document_kind", "client_id", "kind", "document_id"),
        Index("ix_document_customer", "client_id", "customer_id", "document_id"),
    )

    client_id: UUID = Field(primary_key=True)
    document_id: UUID = Field(primary_key=True)
    kind: str
    status: str
    version: int = 1
    external_id: str | None = None
    customer_id: UUID
    customer_name: str
    draft: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    series: str | None = None
    number: int | None = Field(default=None, sa_type=BigInteger)
    document_date: date | None = None
    due_date: date | None = None
    account: str | None = None
    kid: str | None = None
    net_ore: int = Field(sa_type=BigInteger)
    mva_ore: int = Field(sa_type=BigInteger)
    total_ore: int = Field(sa_type=BigInteger)
    payable_ore: int = Field(sa_type=BigInteger)
    snapshot: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    snapshot_sha256: str | None = None
    delivery_state: str | None = None
    delivery_reason: str | None = None
    paid_ore: int = Field(default=0, sa_type=BigInteger)
    settled_on: date | None = None
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    confirmed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class DocumentLink(DocumentsBase, table=True):
    """What a document was made from: an invoice or an order, depending on the relation (see `domain/links.py`).

    A trigger refuses a link to a target of the wrong kind, and credits or invoices beyond what the target amounts to.
    """

    __tablename__ = "document_link"
    __table_args__ = (
        one_of("relation", tuple(RELATIONS), "relation"),
        ForeignKeyConstraint(["client_id", "from_id"], ["document.client_id", "document.document_id"]),
        UniqueConstraint("client_id", "to_id", "relation", "ordinal"),
        {"comment": "append-only: a document stays made from what it was made from"},
    )

    client_id: UUID = Field(primary_key=True)
    from_id: UUID = Field(primary_key=True)
    to_id: UUID = Field(primary_key=True)
    relation: str = Field(primary_key=True)
    ordinal: int
    amount_ore: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class DocumentEvent(DocumentsBase, table=True):
    """One line of a document's timeline. The primary key is natural: the same thing is noted once."""

    __tablename__ = "document_event"
    __table_args__ = (
        ForeignKeyConstraint(["client_id", "document_id"], ["document.client_id", "document.document_id"]),
        {"comment": "append-only: what has happened has happened"},
    )

    client_id: UUID = Field(primary_key=True)
    document_id: UUID = Field(primary_key=True)
    what: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    on_date: date
    detail: str
    number: int | None = Field(default=None, sa_type=BigInteger)
    amount_ore: int | None = Field(default=None, sa_type=BigInteger)


add_common_tables(DocumentsBase.metadata)
