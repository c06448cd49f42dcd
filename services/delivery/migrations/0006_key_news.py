"""Up to when the copy of the API keys is known to be complete."""

from shared.db.migration_steps.keys import create_key_news, drop_key_news

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_key_news()


def downgrade() -> None:
    drop_key_news()
