"""API keys can expire."""

import sqlalchemy as sa
from alembic import op

from shared.db.migration_steps.keys import add_expiry_of_keys, drop_expiry_of_keys

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_expiry_of_keys()
    op.add_column("issued_key", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("issued_key", "expires_at")
    drop_expiry_of_keys()
