"""Later changes to the copy of the API keys."""

import sqlalchemy as sa
from alembic import op


def add_expiry_of_keys() -> None:
    """Keys from before never expire."""
    op.add_column("api_key", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))


def drop_expiry_of_keys() -> None:
    op.drop_column("api_key", "expires_at")


def create_key_news() -> None:
    """Empty: a copy of the keys counts as fresh until its first news."""
    op.create_table(
        "key_news",
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.Column("fresh_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("single", name=op.f("ck_key_news_one_row")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_key_news")),
    )


def drop_key_news() -> None:
    op.drop_table("key_news")


def add_holder_of_keys() -> None:
    """Keys from before were issued to no named person."""
    op.add_column("api_key", sa.Column("holder", sa.Text(), nullable=True))
    op.add_column("api_key", sa.Column("introduced_by", sa.Text(), nullable=True))


def drop_holder_of_keys() -> None:
    op.drop_column("api_key", "introduced_by")
    op.drop_column("api_key", "holder")
