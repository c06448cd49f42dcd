"""Back-off of each outbox row, and indexes that answer every probe without a scan."""

import sqlalchemy as sa
from alembic import op

_PENDING = "published_at is null and stuck_reason is null"


def add_outbox_backoff() -> None:
    """When an unpublished row is tried again; null until it was not accepted once."""
    op.add_column("outbox", sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_outbox_unpublished", "outbox")
    _index("ix_outbox_unpublished", "outbox", "id", f"{_PENDING} and next_attempt_at is null")
    _index("ix_outbox_backing_off", "outbox", "next_attempt_at", f"{_PENDING} and next_attempt_at is not null")
    _index("ix_outbox_stuck", "outbox", "id", "published_at is null and stuck_reason is not null")
    _index("ix_inbox_oldest_waiting", "inbox", "seq", "state = 'waiting'")


def remove_outbox_backoff() -> None:
    """As it was; what is backing off is due at once."""
    op.drop_index("ix_inbox_oldest_waiting", "inbox")
    for index in ("ix_outbox_stuck", "ix_outbox_backing_off", "ix_outbox_unpublished"):
        op.drop_index(index, "outbox")
    _index("ix_outbox_unpublished", "outbox", "id", _PENDING)
    op.drop_column("outbox", "next_attempt_at")


def _index(name: str, table: str, column: str, where: str) -> None:
    op.create_index(name, table, [column], unique=False, postgresql_where=sa.text(where))
