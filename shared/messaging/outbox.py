"""The outbox as the relay reads it: rows in the order they were written, each marked when it is published.

Ids are assigned before commit, so a row with a lower id may appear after one with a higher; a flag per row misses none,
where a cursor would. A row that the bus did not accept has a back-off of its own, so it never holds up the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db.sql import run

STUCK_AFTER = 5
"""Failures of a row's own before it is set aside for a person. A full queue is not the row's failure."""
BACKOFF_S: tuple[float, ...] = (1, 5, 15, 30)
"""Pauses after the first failure, the second, and so on; the last one is repeated."""

# Each branch reads a partial index of its own. An index serves `now()`, but not the volatile clock_timestamp().
_NEXT = sa.text(
    """
    (select id, event_id, type, body, false as again from outbox
     where published_at is null and stuck_reason is null and next_attempt_at is null
       and id <> all(cast(:in_flight as bigint[]))
     order by id limit :limit)
    union all
    (select id, event_id, type, body, true as again from outbox
     where published_at is null and stuck_reason is null and next_attempt_at <= now()
       and id <> all(cast(:in_flight as bigint[]))
     order by next_attempt_at limit :limit_again)
    """
)
_MARK = sa.text("update outbox set published_at = clock_timestamp() where id = any(cast(:ids as bigint[]))")
_BACK_OFF = sa.text(
    """
    update outbox set failures = failures + 1,
        next_attempt_at = now() + interval '1 second' * (0.8 + 0.4 * random())
            * (cast(:pauses as float8[]))[least(failures + 1, cardinality(cast(:pauses as float8[])))],
        stuck_reason = case when reason is not null and failures + 1 >= :stuck_after then reason end
    from unnest(cast(:ids as bigint[]), cast(:reasons as text[])) as failed(failed_id, reason)
    where id = failed_id
    """
)
_STUCK = sa.text(
    "select event_id, type, failures, stuck_reason as reason, body, created_at from outbox "
    "where stuck_reason is not null and published_at is null "
    "and (cast(:event_id as uuid) is null or event_id = :event_id) order by id limit :limit"
)
_PUBLISH_AGAIN = sa.text(
    "update outbox set stuck_reason = null, failures = 0, next_attempt_at = null "
    "where stuck_reason is not null and published_at is null "
    "and (cast(:event_id as uuid) is null or event_id = :event_id)"
)


@dataclass(frozen=True)
class Row:
    id: int
    event_id: UUID
    type: str
    body: str
    again: bool
    """Whether it was tried before."""


@dataclass(frozen=True)
class StuckEvent:
    """An event that could not be published, and waits for a person."""

    event_id: UUID
    type: str
    failures: int
    reason: str
    body: str
    created_at: datetime


async def unpublished(connection: AsyncConnection, limit: int, limit_again: int, in_flight: Sequence[int]) -> list[Row]:
    """Up to `limit` rows that were never put off, and up to `limit_again` whose back-off is over."""
    values = {"limit": limit, "limit_again": limit_again, "in_flight": list(in_flight)}
    rows = (await connection.execute(_NEXT, values)).all()
    return [Row(row.id, row.event_id, row.type, row.body, row.again) for row in rows]


async def mark_published(connection: AsyncConnection, ids: Sequence[int]) -> None:
    await connection.execute(_MARK, {"ids": list(ids)})


async def back_off(connection: AsyncConnection, failed: Mapping[int, str | None]) -> None:
    """Put off the rows with these ids. One with a reason failed by itself; after `STUCK_AFTER` it is set aside."""
    reasons = [None if reason is None else reason[:500] for reason in failed.values()]
    values = {"ids": list(failed), "reasons": reasons, "pauses": list(BACKOFF_S), "stuck_after": STUCK_AFTER}
    await connection.execute(_BACK_OFF, values)


async def stuck(session: AsyncSession, event_id: UUID | None = None, limit: int = 1000) -> list[StuckEvent]:
    """The events set aside, oldest first; or the one with this id."""
    rows = (await run(session, _STUCK, event_id=event_id, limit=limit)).mappings()
    return [StuckEvent(**row) for row in rows]


async def publish_again(session: AsyncSession, event_id: UUID | None = None) -> int:
    """Give one event that was set aside, or all of them, a new set of attempts; returns how many."""
    return int((await run(session, _PUBLISH_AGAIN, event_id=event_id)).rowcount)
