"""First tables: accounts of clients, claims, credit notes, bank files, payments, matches, overdue; the common ones."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.migration_steps.first_tables import create_first_common_tables, drop_first_common_tables
from shared.db.tenancy import guard

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


GUARDED = ("bank_file", "claim", "client_account", "credit", "idempotency", "match", "overdue", "payment")
APPEND_ONLY = {
    "credit": "append-only: a credit note stays as it was confirmed",
    "match": "append-only: the claim that a payment pays",
    "overdue": "append-only: the levels that claims have reached",
}


def upgrade() -> None:
    create_first_common_tables()
    op.create_table(
        "bank_file",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=True),
        sa.Column("transmission", sa.String(), nullable=True),
        sa.Column("created_on", sa.Date(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payments", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total_ore", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("control_ore", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("matched", sa.Integer(), server_default="0", nullable=False),
        sa.Column("matched_ore", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("partial", sa.Integer(), server_default="0", nullable=False),
        sa.Column("partial_ore", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("over", sa.Integer(), server_default="0", nullable=False),
        sa.Column("over_ore", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unmatched", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unmatched_ore", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("duplicates", sa.Integer(), server_default="0", nullable=False),
        sa.Column("duplicates_ore", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rejection", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "(state = 'imported') = (transmission is not null)", name=op.f("ck_bank_file_imported_has_transmission")
        ),
        sa.CheckConstraint(
            "(state = 'imported') = (format is not null)", name=op.f("ck_bank_file_imported_has_format")
        ),
        sa.CheckConstraint("state in ('imported', 'rejected')", name=op.f("ck_bank_file_state")),
        sa.PrimaryKeyConstraint("client_id", "id", name=op.f("pk_bank_file")),
        sa.UniqueConstraint(
            "client_id", "content_sha256", "state", name=op.f("uq_bank_file_client_id_content_sha256_state")
        ),
        sa.UniqueConstraint("client_id", "transmission", name=op.f("uq_bank_file_client_id_transmission")),
    )
    op.create_index("ix_bank_file_transmission", "bank_file", ["transmission"], unique=False)
    op.create_table(
        "claim",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("customer_name", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("kid", sa.String(), nullable=True),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("payable_ore", sa.BigInteger(), nullable=False),
        sa.Column("credited_ore", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("paid_ore", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("overdue_level", sa.Integer(), server_default="0", nullable=False),
        sa.Column("overdue_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "document_id", name=op.f("pk_claim")),
    )
    op.create_index("ix_claim_client_id_account_kid", "claim", ["client_id", "account", "kid"], unique=False)
    op.create_index("ix_claim_client_id_customer_id", "claim", ["client_id", "customer_id"], unique=False)
    op.create_index(
        "ix_claim_to_remind",
        "claim",
        ["overdue_level", "due_date"],
        unique=False,
        postgresql_where=sa.text("settled_on is null"),
    )
    op.create_table(
        "client_account",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kid_algorithm", sa.String(), nullable=False),
        sa.Column("kid_length", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "account", name=op.f("pk_client_account")),
    )
    op.create_index("ix_client_account_account", "client_account", ["account"], unique=False)
    op.create_table(
        "credit",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "document_id", name=op.f("pk_credit")),
    )
    op.create_index("ix_credit_client_id_invoice_id", "credit", ["client_id", "invoice_id"], unique=False)
    op.create_table(
        "match",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("remaining_ore", sa.BigInteger(), nullable=False),
        sa.Column(
            "matched_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("kind in ('exact', 'partial', 'over')", name=op.f("ck_match_kind")),
        sa.PrimaryKeyConstraint("client_id", "payment_id", name=op.f("pk_match")),
    )
    op.create_index("ix_match_client_id_document_id", "match", ["client_id", "document_id"], unique=False)
    op.create_table(
        "overdue",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("outstanding_ore", sa.BigInteger(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "document_id", "level", name=op.f("pk_overdue")),
    )
    op.create_table(
        "payment",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bank_file_id", sa.Uuid(), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("transaction_code", sa.String(), nullable=False),
        sa.Column("kid", sa.String(), nullable=True),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("control_ore", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=True),
        sa.Column("debit_account", sa.String(), nullable=True),
        sa.Column("bank_reference", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(state = 'unmatched') = (reason is not null)", name=op.f("ck_payment_unmatched_has_reason")
        ),
        sa.CheckConstraint(
            "reason in ('unknown_kid', 'invalid_kid', 'already_settled', 'negative_amount')",
            name=op.f("ck_payment_reason"),
        ),
        sa.CheckConstraint("state in ('matched', 'unmatched')", name=op.f("ck_payment_state")),
        sa.PrimaryKeyConstraint("client_id", "id", name=op.f("pk_payment")),
        sa.UniqueConstraint("client_id", "account", "identity", name=op.f("uq_payment_client_id_account_identity")),
    )
    op.create_index("ix_payment_client_id_bank_file_id", "payment", ["client_id", "bank_file_id"], unique=False)
    op.create_index(
        "ix_payment_unmatched",
        "payment",
        ["client_id", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'unmatched'"),
    )
    op.create_index(
        "ix_payment_waiting",
        "payment",
        ["client_id", "account", "kid"],
        unique=False,
        postgresql_where=sa.text("state = 'unmatched' and reason in ('unknown_kid', 'invalid_kid')"),
    )
    for table in GUARDED:
        for statement in guard(table):
            op.execute(statement)
    for table, promise in APPEND_ONLY.items():
        op.execute(f"comment on table {table} is '{promise}'")


def downgrade() -> None:
    op.drop_index(
        "ix_payment_waiting",
        table_name="payment",
        postgresql_where=sa.text("state = 'unmatched' and reason in ('unknown_kid', 'invalid_kid')"),
    )
    op.drop_index("ix_payment_unmatched", table_name="payment", postgresql_where=sa.text("state = 'unmatched'"))
    op.drop_index("ix_payment_client_id_bank_file_id", table_name="payment")
    op.drop_table("payment")
    op.drop_table("overdue")
    op.drop_index("ix_match_client_id_document_id", table_name="match")
    op.drop_table("match")
    op.drop_index("ix_credit_client_id_invoice_id", table_name="credit")
    op.drop_table("credit")
    op.drop_index("ix_client_account_account", table_name="client_account")
    op.drop_table("client_account")
    op.drop_index("ix_claim_to_remind", table_name="claim", postgresql_where=sa.text("settled_on is null"))
    op.drop_index("ix_claim_client_id_customer_id", table_name="claim")
    op.drop_index("ix_claim_client_id_account_kid", table_name="claim")
    op.drop_table("claim")
    op.drop_index("ix_bank_file_transmission", table_name="bank_file")
    op.drop_table("bank_file")
    drop_first_common_tables()
