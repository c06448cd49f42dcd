"""Claims on hold, and an index for what customers have to their credit."""

import sqlalchemy as sa
from alembic import op

from shared.db.tenancy import guard

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claim_hold",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("held_key_id", sa.Uuid(), nullable=False),
        sa.Column("held_by", sa.String(), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("released_key_id", sa.Uuid(), nullable=True),
        sa.Column("released_by", sa.String(), nullable=True),
        sa.CheckConstraint("until >= held_on", name=op.f("ck_claim_hold_ends_later")),
        sa.CheckConstraint(
            "(released_on is null) = (released_key_id is null)", name=op.f("ck_claim_hold_released_by_a_key")
        ),
        sa.PrimaryKeyConstraint("client_id", "id", name=op.f("pk_claim_hold")),
    )
    op.create_index("ix_claim_hold_client_id_document_id", "claim_hold", ["client_id", "document_id"], unique=False)
    op.create_index(
        "ix_claim_surplus",
        "claim",
        ["client_id", "customer_id"],
        unique=False,
        postgresql_where=sa.text("payable_ore - credited_ore - paid_ore < 0"),
    )
    for statement in guard("claim_hold"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_claim_surplus", "claim")
    op.drop_table("claim_hold")
