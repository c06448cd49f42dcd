"""The outbox as the relay reads it: rows in the order they were written, each marked when it is published.

Ids are assigned before commit, so a row with a lower id may appear after one with a higher; a flag per row misses none,
where a cursor would.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

STUCK_AFTER = 5
"""Failures before a row is set aside for a person. That the bus refuses a message does not count as its failure."""

_NEXT = sa.text(
    "select id, event_id, type, body from outbox "
    "where published_at is null and stuck_reason is null and id <> all(cast(:in_flight as bigint[])) "
    "order by id limit :limit"
)
_MARK = sa.text("update outbox set published_at = clock_timestamp() where id = any(cast(:ids as bigint[]))")
_COUNT_FAILURE = sa.text(
    "update outbox set failures = failures + 1, "
    "stuck_reason = case when failures + 1 >= :limit then :reason end where id = any(cast(:ids as bigint[]))"
)


@dataclass(frozen=True)
class Row:
    id: int
    event_id: UUID
    type: str
    body: str


async def unpublished(connection: AsyncConnection, limit: int, in_flight: Sequence[int]) -> list[Row]:
    rows = (await connection.execute(_NEXT, {"limit": limit, "in_flight": list(in_flight)})).all()
    return [Row(row.id, row.event_id, row.type, row.body) for row in rows]


async def mark_published(connection: AsyncConnection, ids: Sequence[int]) -> None:
    await connection.execute(_MARK, {"ids": list(ids)})


async def count_failure(connection: AsyncConnection, ids: Sequence[int], reason: str) -> None:
    """Count a failure that the row itself caused; after `STUCK_AFTER` it is set aside."""
    await connection.execute(_COUNT_FAILURE, {"ids": list(ids), "limit": STUCK_AFTER, "reason": reason[:500]})
