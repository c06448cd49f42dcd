"""The BIC of a client's bank, for customers abroad."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("client", sa.Column("bic", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("client", "bic")
