"""The mail that a delivery's own mail is in reply to: none for what was delivered before."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("in_reply_to", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("delivery", "in_reply_to")
