"""Delivery's tables: the deliveries, the outcome of every attempt, and the print queue."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from services.delivery.domain.delivery import ORIGINAL, STATES
from services.delivery.domain.outcome import RECORDED
from services.delivery.domain.print_job import PRINT_STATES
from shared.db.base import add_common_tables, one_of, service_registry

_moment: Any = DateTime(timezone=True)


class DeliveryBase(SQLModel, registry=service_registry()):
    """The registry of this service."""


class DeliveryRow(DeliveryBase, table=True):
    """One per document and purpose, for ever: this unique constraint keeps a document from being sent twice."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("client_id", "document_id", "purpose"),
        one_of("state", STATES, "state"),
        CheckConstraint(
            "(state = 'handed_over') = (handed_over_at is not null and receipt is not null)", name="receipt"
        ),
        CheckConstraint("(state = 'sending') = (lease_until is not null)", name="lease"),
        CheckConstraint("(state = 'uncertain') = (uncertain_since is not null)", name="uncertain"),
        Index("ix_delivery_ready", "channel", "next_attempt_at", postgresql_where=text("state = 'ready'")),
        Index("ix_delivery_sending", "channel", "lease_until", postgresql_where=text("state = 'sending'")),
        Index("ix_delivery_uncertain", "channel", "log_checked_at", postgresql_where=text("state = 'uncertain'")),
        Index(
            "ix_delivery_promised",
            "promised_at",
            postgresql_where=text("delayed_at is null and state not in ('handed_over', 'undeliverable')"),
        ),
        Index("ix_delivery_client_id_delivery_id", "client_id", "delivery_id"),
    )

    delivery_id: UUID = Field(primary_key=True)
    client_id: UUID
    document_id: UUID
    purpose: str = ORIGINAL
    state: str
    channel: str | None = None
    channels: list[str] = Field(sa_type=ARRAY(Text))
    message_id: str
    in_reply_to: str | None = None
    document: dict[str, Any] = Field(sa_type=JSONB)
    seller: dict[str, Any] = Field(sa_type=JSONB)
    recipient: dict[str, Any] = Field(sa_type=JSONB)
    artefacts: list[dict[str, Any]] = Field(sa_type=JSONB)
    attempt: int = 0
    failures: int = 0
    next_attempt_at: datetime | None = Field(default=None, sa_type=_moment)
    lease_until: datetime | None = Field(default=None, sa_type=_moment)
    dot_begun: bool = Field(default=True, sa_column=Column(Boolean, nullable=False, server_default=true()))
    """Whether this attempt at a mail may have sent its final dot. True unless its claim says that it is noted."""
    uncertain_since: datetime | None = Field(default=None, sa_type=_moment)
    log_checked_at: datetime | None = Field(default=None, sa_type=_moment)
    promised_at: datetime = Field(sa_type=_moment)
    delayed_at: datetime | None = Field(default=None, sa_type=_moment)
    handed_over_at: datetime | None = Field(default=None, sa_type=_moment)
    receipt: str | None = None
    reason: str | None = None
    correlation_id: str
    causation_id: UUID | None = None
    created_at: datetime = Field(sa_type=_moment)


class AttemptRow(DeliveryBase, table=True):
    """The outcome of an attempt. The partial unique index lets each delivery be accepted only once."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (
        Index("ix_delivery_attempt_delivery_id", "delivery_id", "attempt_id"),
        Index(
            "uq_delivery_attempt_accepted",
            "client_id",
            "delivery_id",
            unique=True,
            postgresql_where=text("outcome = 'accepted'"),
        ),
        one_of("outcome", RECORDED, "outcome"),
        {"comment": "append-only: the outcome of an attempt is never rewritten"},
    )

    attempt_id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    client_id: UUID
    delivery_id: UUID
    attempt: int
    channel: str
    outcome: str
    phase: str
    text: str
    at: datetime = Field(sa_type=_moment)


class PrintJobRow(DeliveryBase, table=True):
    """A delivery's letter in the print queue. `claim_no` is the fencing number; leases run by the database's clock."""

    __tablename__ = "print_job"
    __table_args__ = (
        UniqueConstraint("client_id", "delivery_id"),
        one_of("state", PRINT_STATES, "state"),
        CheckConstraint("state <> 'posted' or (posted_at is not null and posted_sha256 = sha256)", name="posted"),
        CheckConstraint("(state = 'claimed') = (lease_until is not null)", name="lease"),
        Index("ix_print_job_queued", "print_job_id", postgresql_where=text("state = 'queued'")),
        Index("ix_print_job_claimed", "lease_until", postgresql_where=text("state = 'claimed'")),
    )

    print_job_id: UUID = Field(primary_key=True)
    client_id: UUID
    delivery_id: UUID
    state: str = "queued"
    claim_no: int = 0
    token: str | None = None
    claimed_by: UUID | None = None
    shop: str | None = None
    claimed_at: datetime | None = Field(default=None, sa_type=_moment)
    lease_until: datetime | None = Field(default=None, sa_type=_moment)
    downloaded_at: datetime | None = Field(default=None, sa_type=_moment)
    maybe_printed: bool = False
    sha256: str
    size_bytes: int = Field(sa_type=BigInteger)
    pages: int
    sheets: int
    filename: str
    created_at: datetime = Field(sa_type=_moment)
    posted_at: datetime | None = Field(default=None, sa_type=_moment)
    posted_sha256: str | None = None
    code: str | None = None
    reason: str | None = None


add_common_tables(DeliveryBase.metadata)
