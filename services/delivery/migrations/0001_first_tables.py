"""Deliveries, their attempts and the print queue, each client's rows behind row-level security."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migration_steps.first_tables import create_first_common_tables
from shared.db.tenancy import guard

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_first_common_tables()
    op.create_table(
        "delivery",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("channels", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seller", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recipient", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("artefacts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uncertain_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("log_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delayed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("correlation_id", sa.String(), nullable=False),
        sa.Column("causation_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'handed_over') = (handed_over_at is not null and receipt is not null)",
            name=op.f("ck_delivery_receipt"),
        ),
        sa.CheckConstraint("(state = 'sending') = (lease_until is not null)", name=op.f("ck_delivery_lease")),
        sa.CheckConstraint("(state = 'uncertain') = (uncertain_since is not null)", name=op.f("ck_delivery_uncertain")),
        sa.CheckConstraint(
            "state in ('ready', 'sending', 'uncertain', 'in_print', 'handed_over', 'undeliverable')",
            name=op.f("ck_delivery_state"),
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "client_id", "document_id", "purpose", name=op.f("uq_delivery_client_id_document_id_purpose")
        ),
    )
    op.create_index("ix_delivery_client_id_delivery_id", "delivery", ["client_id", "delivery_id"], unique=False)
    op.create_index(
        "ix_delivery_promised",
        "delivery",
        ["promised_at"],
        unique=False,
        postgresql_where=sa.text("delayed_at is null and state not in ('handed_over', 'undeliverable')"),
    )
    op.create_index(
        "ix_delivery_ready",
        "delivery",
        ["channel", "next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("state = 'ready'"),
    )
    op.create_index(
        "ix_delivery_sending",
        "delivery",
        ["channel", "lease_until"],
        unique=False,
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(
        "ix_delivery_uncertain",
        "delivery",
        ["channel", "log_checked_at"],
        unique=False,
        postgresql_where=sa.text("state = 'uncertain'"),
    )
    op.create_table(
        "delivery_attempt",
        sa.Column("attempt_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome in ('accepted', 'rejected', 'deferred', 'unknown', 'released', 'late')",
            name=op.f("ck_delivery_attempt_outcome"),
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_delivery_attempt")),
    )
    op.create_index("ix_delivery_attempt_delivery_id", "delivery_attempt", ["delivery_id", "attempt_id"], unique=False)
    op.create_index(
        "uq_delivery_attempt_accepted",
        "delivery_attempt",
        ["client_id", "delivery_id"],
        unique=True,
        postgresql_where=sa.text("outcome = 'accepted'"),
    )
    op.create_table(
        "print_job",
        sa.Column("print_job_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("claim_no", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("downloaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("maybe_printed", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_sha256", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'claimed') = (lease_until is not null)", name=op.f("ck_print_job_lease")),
        sa.CheckConstraint(
            "state <> 'posted' or (posted_at is not null and posted_sha256 = sha256)", name=op.f("ck_print_job_posted")
        ),
        sa.CheckConstraint("state in ('queued', 'claimed', 'posted', 'rejected')", name=op.f("ck_print_job_state")),
        sa.PrimaryKeyConstraint("print_job_id", name=op.f("pk_print_job")),
        sa.UniqueConstraint("client_id", "delivery_id", name=op.f("uq_print_job_client_id_delivery_id")),
    )
    op.create_index(
        "ix_print_job_claimed",
        "print_job",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.create_index(
        "ix_print_job_queued", "print_job", ["print_job_id"], unique=False, postgresql_where=sa.text("state = 'queued'")
    )
    op.execute("comment on table delivery_attempt is 'append-only: the outcome of an attempt is never rewritten'")
    for table in ("delivery", "delivery_attempt", "idempotency", "print_job"):
        for statement in guard(table):
            op.execute(statement)
