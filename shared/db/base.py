"""The base of every service's tables: a registry of its own, one naming of constraints, and the common tables.

`faktura up` runs all services in one process, so nothing may be added to SQLModel's global metadata.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import registry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

UNTIMED = "substr(message_id::text, 15, 1) <> '7'"
"""Messages whose id has no time in it: their version is not 7."""
_PENDING = "published_at is null and stuck_reason is null"


def service_registry() -> registry:
    """A registry with the naming of constraints: `class LedgerBase(SQLModel, registry=service_registry())`."""
    return registry(metadata=sa.MetaData(naming_convention=NAMING))


def one_of(column: str, values: tuple[str, ...], name: str) -> sa.CheckConstraint:
    """A closed set of words as a CHECK constraint, which is easier to extend than a native ENUM."""
    words = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} in ({words})", name=name)


def add_common_tables(metadata: sa.MetaData) -> None:
    """Outbox, inbox, idempotency keys, the copy of the API keys, marks of retention and the audit, the same in each
    service's database."""
    _outbox(metadata)
    _inbox(metadata)
    _idempotency(metadata)
    _api_key(metadata)
    _retention_mark(metadata)
    _key_news(metadata)
    _audit(metadata)


def _outbox(metadata: sa.MetaData) -> None:
    sa.Table(
        "outbox",
        metadata,
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("event_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("client_id", sa.Uuid),
        sa.Column("key", sa.Uuid, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", _moment(), nullable=False, server_default=sa.func.clock_timestamp()),
        sa.Column("published_at", _moment()),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("stuck_reason", sa.Text),
        sa.Column("next_attempt_at", _moment()),
        sa.Index("ix_outbox_unpublished", "id", postgresql_where=sa.text(f"{_PENDING} and next_attempt_at is null")),
        sa.Index(
            "ix_outbox_backing_off",
            "next_attempt_at",
            postgresql_where=sa.text(f"{_PENDING} and next_attempt_at is not null"),
        ),
        sa.Index(
            "ix_outbox_stuck", "id", postgresql_where=sa.text("published_at is null and stuck_reason is not null")
        ),
        sa.Index("ix_outbox_key", "key"),
    )


def _inbox(metadata: sa.MetaData) -> None:
    sa.Table(
        "inbox",
        metadata,
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("message_id", sa.Uuid, primary_key=True),
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Uuid),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_attempt_at", _moment()),
        sa.Column("reason", sa.Text),
        sa.Column("body", sa.Text),
        sa.Column("received_at", _moment(), nullable=False, server_default=sa.func.clock_timestamp()),
        one_of("state", ("handled", "waiting", "parked", "discarded"), "state"),
        sa.Index("ix_inbox_waiting", "consumer", "key", "seq", postgresql_where=sa.text("state = 'waiting'")),
        sa.Index("ix_inbox_oldest_waiting", "seq", postgresql_where=sa.text("state = 'waiting'")),
        sa.Index("ix_inbox_due", "next_attempt_at", postgresql_where=sa.text("state = 'waiting'")),
        sa.Index("ix_inbox_parked", "seq", postgresql_where=sa.text("state = 'parked'")),
        sa.Index("ix_inbox_untimed", "received_at", postgresql_where=sa.text(UNTIMED)),
        sa.Index(
            "ix_inbox_discarded",
            "received_at",
            postgresql_where=sa.text("state = 'discarded' and body is not null"),
        ),
    )


def _idempotency(metadata: sa.MetaData) -> None:
    sa.Table(
        "idempotency",
        metadata,
        sa.Column("client_id", sa.Uuid, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("body", sa.Text),
        sa.Column("headers", postgresql.JSONB),
        sa.Column("created_at", _moment(), nullable=False, server_default=sa.func.clock_timestamp()),
        sa.Index("ix_idempotency_created_at", "created_at"),
    )


def _api_key(metadata: sa.MetaData) -> None:
    sa.Table(
        "api_key",
        metadata,
        sa.Column("key_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("client_id", sa.Uuid),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("secret_sha256", sa.Text, nullable=False, unique=True),
        sa.Column("scopes", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("expires_at", _moment()),
        sa.Column("holder", sa.Text),
        sa.Column("introduced_by", sa.Text),
    )


def _key_news(metadata: sa.MetaData) -> None:
    """One row, once there has been news: up to when the copy of the API keys is known to be complete."""
    sa.Table(
        "key_news",
        metadata,
        sa.Column("single", sa.Boolean, primary_key=True),
        sa.Column("fresh_at", _moment(), nullable=False),
        sa.CheckConstraint("single", name="one_row"),
    )


def _retention_mark(metadata: sa.MetaData) -> None:
    sa.Table(
        "retention_mark",
        metadata,
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("dropped_before", _moment(), nullable=False),
    )


def _audit(metadata: sa.MetaData) -> None:
    sa.Table(
        "audit_entry",
        metadata,
        sa.Column("entry_id", sa.Uuid, primary_key=True),
        sa.Column("client_id", sa.Uuid),
        sa.Column("recorded_at", _moment(), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("key_id", sa.Uuid),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("resource_id", sa.Uuid),
        sa.Column("before", postgresql.JSONB),
        sa.Column("after", postgresql.JSONB),
        sa.Column("request_id", sa.Text, nullable=False),
        one_of("actor", ("key", "command-line"), "actor"),
        sa.CheckConstraint("(actor = 'key') = (key_id is not null)", name="key_of_actor"),
    )
    sa.Table("audit_unshipped", metadata, sa.Column("entry_id", sa.Uuid, primary_key=True))


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)
