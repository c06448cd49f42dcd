"""Outbox rows back off one by one; probes read small indexes."""

from shared.db.migration_steps.backoff import add_outbox_backoff, remove_outbox_backoff

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_outbox_backoff()


def downgrade() -> None:
    remove_outbox_backoff()
