"""API keys can expire."""

from shared.db.migration_steps.keys import add_expiry_of_keys, drop_expiry_of_keys

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_expiry_of_keys()


def downgrade() -> None:
    drop_expiry_of_keys()
