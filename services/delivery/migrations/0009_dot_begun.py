"""Whether an attempt at a mail may have sent its final dot. What is being sent meanwhile may have."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("dot_begun", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("update delivery set dot_begun = true where state = 'sending'")


def downgrade() -> None:
    op.drop_column("delivery", "dot_begun")
