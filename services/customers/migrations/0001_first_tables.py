"""Clients, customers, counters and keys, each client's rows behind row-level security."""

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
        "client",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("orgnr", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("legal_form", sa.String(), nullable=False),
        sa.Column("mva_registered", sa.Boolean(), nullable=False),
        sa.Column("in_foretaksregisteret", sa.Boolean(), nullable=False),
        sa.Column("address_lines", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("postal_code", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("bank_account", sa.String(), nullable=False),
        sa.Column("kid_algorithm", sa.String(), nullable=False),
        sa.Column("kid_length", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("logo_sha256", sa.String(), nullable=True),
        sa.Column("first_invoice_number", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kid_algorithm in ('MOD10', 'MOD11')", name=op.f("ck_client_kid_algorithm")),
        sa.CheckConstraint(
            "legal_form in ('AS', 'ASA', 'NUF', 'ENK', 'ANS', 'DA', 'SA', 'STI', 'FLI', 'KOMM', 'OTHER')",
            name=op.f("ck_client_legal_form"),
        ),
        sa.CheckConstraint("first_invoice_number >= 1", name=op.f("ck_client_first_invoice_number")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client")),
        sa.UniqueConstraint("external_id", name=op.f("uq_client_external_id")),
        sa.UniqueConstraint("orgnr", name=op.f("uq_client_orgnr")),
    )
    op.create_table(
        "customer",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("customer_number", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("is_business", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(collation="C"), nullable=False),
        sa.Column("orgnr", sa.String(), nullable=True),
        sa.Column("address_lines", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("postal_code", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("channels", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("payment_terms_days", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "email is not null or not ('email' = any(channels))", name=op.f("ck_customer_email_channel")
        ),
        sa.CheckConstraint("language in ('nb', 'nn', 'en')", name=op.f("ck_customer_language")),
        sa.CheckConstraint("cardinality(channels) > 0", name=op.f("ck_customer_channels")),
        sa.CheckConstraint("customer_number >= 1", name=op.f("ck_customer_customer_number")),
        sa.CheckConstraint("is_business or orgnr is null", name=op.f("ck_customer_orgnr_of_business")),
        sa.ForeignKeyConstraint(["client_id"], ["client.client_id"], name=op.f("fk_customer_client_id_client")),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer")),
        sa.UniqueConstraint("client_id", "customer_id", name=op.f("uq_customer_client_id_customer_id")),
        sa.UniqueConstraint("client_id", "customer_number", name=op.f("uq_customer_client_id_customer_number")),
        sa.UniqueConstraint("client_id", "external_id", name=op.f("uq_customer_client_id_external_id")),
    )
    op.create_index("ix_customer_sorted", "customer", ["client_id", "sort_key", "customer_id"], unique=False)
    op.create_table(
        "customer_counter",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("next_number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.client_id"], name=op.f("fk_customer_counter_client_id_client")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_customer_counter")),
    )
    op.create_table(
        "issued_key",
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("secret_sha256", sa.String(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(kind = 'client') = (client_id is not null)", name=op.f("ck_issued_key_client_of_key")),
        sa.CheckConstraint("kind in ('bureau', 'client', 'print_shop')", name=op.f("ck_issued_key_kind")),
        sa.CheckConstraint("secret_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_issued_key_hashed")),
        sa.CheckConstraint("active = (revoked_at is null)", name=op.f("ck_issued_key_active_until_revoked")),
        sa.ForeignKeyConstraint(["client_id"], ["client.client_id"], name=op.f("fk_issued_key_client_id_client")),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_issued_key")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_issued_key_secret_sha256")),
    )
    op.create_index("ix_issued_key_client", "issued_key", ["client_id", "key_id"], unique=False)
    for table in ("client", "customer", "customer_counter", "idempotency", "issued_key"):
        for statement in guard(table):
            op.execute(statement)
