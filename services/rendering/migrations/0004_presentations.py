"""Held documents keep their content, and can be rendered with another look; the logo that each client has now."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db.tenancy import guard

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("held", sa.Column("content", sa.Text(), nullable=True))
    op.create_table(
        "presentation",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("logo", sa.Text(), nullable=False),
        sa.Column("recipient", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("presented_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("logo in ('confirmed', 'current', 'none')", name=op.f("ck_presentation_logo")),
        sa.PrimaryKeyConstraint("client_id", "document_id", name=op.f("pk_presentation")),
    )
    op.create_table(
        "client_logo",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("logo", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client_logo")),
    )
    for table in ("presentation", "client_logo"):
        for statement in guard(table):
            op.execute(statement)
    op.execute("comment on table presentation is 'append-only: how a file was made to look stays on record'")


def downgrade() -> None:
    op.drop_table("client_logo")
    op.drop_table("presentation")
    op.drop_column("held", "content")
