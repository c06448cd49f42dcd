"""The common tables of the audit, called by a migration of every service."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.tenancy import guard


def create_audit_tables() -> None:
    """`audit_entry`, which the service may only read and add to, and the queue of entries to emit."""
    op.create_table(
        "audit_entry",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.CheckConstraint("actor in ('key', 'command-line')", name=op.f("ck_audit_entry_actor")),
        sa.CheckConstraint("(actor = 'key') = (key_id is not null)", name=op.f("ck_audit_entry_key_of_actor")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_entry")),
        comment="append-only: who changed what",
    )
    op.create_table(
        "audit_unshipped",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_unshipped")),
    )
    for statement in guard("audit_entry"):
        op.execute(statement)


def drop_audit_tables() -> None:
    op.drop_table("audit_unshipped")
    op.drop_table("audit_entry")
