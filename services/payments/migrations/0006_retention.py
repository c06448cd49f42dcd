"""Retention: how far rows have been deleted, and the indexes that find the old ones."""

from shared.db.migration_steps.retention import add_retention, remove_retention

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_retention()


def downgrade() -> None:
    remove_retention()
