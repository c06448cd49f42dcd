"""First tables: artefacts, held documents, and the tables that every service has."""

import sqlalchemy as sa
from alembic import op

from shared.db.migration_steps.first_tables import create_first_common_tables, drop_first_common_tables
from shared.db.tenancy import guard

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_first_common_tables()
    op.create_table(
        "artefact",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("layout_version", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("rendered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_artefact_sha256")),
        sa.CheckConstraint("size_bytes > 0 and pages > 0", name=op.f("ck_artefact_not_empty")),
        sa.PrimaryKeyConstraint("client_id", "document_id", "purpose", name=op.f("pk_artefact")),
    )
    op.create_table(
        "held",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "document_id", name=op.f("pk_held")),
    )
    for table in ("artefact", "held", "idempotency"):
        for statement in guard(table):
            op.execute(statement)
    # The service's own role cannot replace a file that may have been sent.
    op.execute("comment on table artefact is 'append-only: the first file of a document stays its file for ever'")


def downgrade() -> None:
    op.drop_table("held")
    op.drop_table("artefact")
    drop_first_common_tables()
