"""Who holds a key."""

from shared.db.migration_steps.keys import add_holder_of_keys, drop_holder_of_keys

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_holder_of_keys()


def downgrade() -> None:
    drop_holder_of_keys()
