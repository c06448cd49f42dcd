"""The print shop that claimed a letter; null while the letter belongs to its client's shop."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("print_job", sa.Column("shop", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("print_job", "shop")
