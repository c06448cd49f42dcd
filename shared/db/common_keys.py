"""Later changes to the common table `api_key`, called by a migration of every service."""

import sqlalchemy as sa
from alembic import op


def add_expiry_of_keys() -> None:
    """Keys from before never expire."""
    op.add_column("api_key", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))


def drop_expiry_of_keys() -> None:
    op.drop_column("api_key", "expires_at")
