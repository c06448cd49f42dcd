"""Who holds a key, and what waits for a second person."""

from shared.db.migration_steps.approvals import create_approvals, drop_approvals
from shared.db.migration_steps.keys import add_holder_of_keys, drop_holder_of_keys

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_holder_of_keys()
    create_approvals()


def downgrade() -> None:
    drop_approvals()
    drop_holder_of_keys()
