"""What retention needs in every service's database."""

import sqlalchemy as sa
from alembic import op

_UNTIMED = "substr(message_id::text, 15, 1) <> '7'"
_DISCARDED = "state = 'discarded' and body is not null"
_PRUNED = ("outbox", "inbox", "idempotency")
# A fiftieth instead of a fifth of the table: the space of what was deleted is used again before the table grows.
_VACUUM = "autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02"


def add_retention() -> None:
    """The marks, the indexes by time, and an autovacuum that keeps up with the deletes."""
    op.create_table(
        "retention_mark",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("dropped_before", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_retention_mark")),
    )
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"], unique=False)
    op.create_index("ix_inbox_untimed", "inbox", ["received_at"], unique=False, postgresql_where=sa.text(_UNTIMED))
    op.create_index("ix_inbox_discarded", "inbox", ["received_at"], unique=False, postgresql_where=sa.text(_DISCARDED))
    for table in _PRUNED:
        op.execute(f"alter table {table} set ({_VACUUM})")


def remove_retention() -> None:
    """Rows that retention has deleted stay deleted; without the marks, the older `verify` misses them."""
    for table in _PRUNED:
        op.execute(f"alter table {table} reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)")
    op.drop_index("ix_inbox_discarded", table_name="inbox")
    op.drop_index("ix_inbox_untimed", table_name="inbox")
    op.drop_index("ix_idempotency_created_at", table_name="idempotency")
    op.drop_table("retention_mark")
