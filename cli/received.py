"""Whether every published event was received, window by window, in memory that does not grow with the history.

A window is so many events of an outbox, in the order of their ids. Its owner and each subscriber sum it up in their own
database; ids are read only where the sums differ. What retention may have deleted is not compared.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from cli.findings import BETWEEN, LISTED, Finding
from services.system import ServiceSpec
from shared.db import retention
from shared.db.database import Database
from shared.db.sql import fetch, run
from shared.ids import first_id_at
from shared.messaging.topology import consumer_name

WINDOW: Final = 20_000
LAST: Final = UUID(int=(1 << 128) - 1)

_END = sa.text(
    "select event_id from outbox where event_id >= :first and published_at is not null "
    "order by event_id offset :window limit 1"
)
# Twice the same hash of a random id in one window is as good as impossible; both sides use the same function of core
# PostgreSQL, and where two versions should ever differ in it, the ids are compared.
_PUBLISHED = sa.text(
    "select type, count(*) as number, sum(hashtextextended(event_id::text, 0)) as total from outbox "
    "where event_id >= :first and event_id < :end and published_at is not null group by type"
)
_RECEIVED = sa.text(
    "select count(*) as number, sum(hashtextextended(message_id::text, 0)) as total from inbox "
    "where consumer = :consumer and message_id >= :first and message_id < :end"
)
_IDS = sa.text(
    "select event_id from outbox where type = :type and event_id >= :first and event_id < :end "
    "and published_at is not null order by event_id"
)
_MISSING = sa.text(
    "select published.id from unnest(cast(:ids as uuid[])) as published(id) "
    "where not exists (select from inbox where consumer = :consumer and message_id = published.id) order by 1"
)


class Window(NamedTuple):
    """Ids from `first` on, and before `end`."""

    first: UUID
    end: UUID

    def bounds(self) -> dict[str, Any]:
        return self._asdict()


class Sum(NamedTuple):
    """Number of events, and the sum of the hashes of their ids."""

    number: int
    total: int


async def received(databases: Mapping[str, Database], system: Sequence[ServiceSpec]) -> list[Finding]:
    """Every published event is in the inbox of every service that subscribes to it."""
    missing: dict[str, list[str]] = {spec.name: [] for spec in system}
    since = await _inboxes_complete_from(databases.values())
    for publisher in system:
        if publisher.publishes:
            async for window in _windows(databases[publisher.name], since):
                await _compare(databases, publisher, system, window, missing)
    promise = "every event it subscribes to was received"
    return [Finding(BETWEEN, f"received by {name}", promise, tuple(lines)) for name, lines in missing.items()]


async def _inboxes_complete_from(databases: Iterable[Database]) -> datetime:
    marks: list[dict[str, datetime]] = [await database.read(retention.marks) for database in databases]
    return max((mark.get(retention.INBOX, retention.BEGINNING) for mark in marks), default=retention.BEGINNING)


async def _windows(database: Database, since: datetime) -> AsyncIterator[Window]:
    """The windows of an outbox, from the first moment of which it has, and every inbox has, all events."""
    marks: dict[str, datetime] = await database.read(retention.marks)
    first = first_id_at(max(since, marks.get(retention.OUTBOX, retention.BEGINNING)))
    while first != LAST:
        end = await _end(database, first)
        yield Window(first, end)
        first = end


async def _end(database: Database, first: UUID) -> UUID:
    async def find(session: AsyncSession) -> UUID | None:
        end: UUID | None = (await run(session, _END, first=first, window=WINDOW)).scalar()
        return end

    return await database.read(find) or LAST


async def _compare(
    databases: Mapping[str, Database],
    publisher: ServiceSpec,
    system: Sequence[ServiceSpec],
    window: Window,
    missing: dict[str, list[str]],
) -> None:
    """Add to `missing` what each subscriber lacks of a window."""
    outbox = databases[publisher.name]
    published = await _published(outbox, window)
    for subscriber in system:
        inbox, lines = databases[subscriber.name], missing[subscriber.name]
        for event_type in [event.TYPE for event in subscriber.subscribes if event.TYPE in published]:
            consumer = consumer_name(subscriber.name, event_type)
            if len(lines) < LISTED and await _received(inbox, consumer, window) != published[event_type]:
                lines += await _missing(outbox, inbox, event_type, consumer, window)
                del lines[LISTED:]


async def _published(outbox: Database, window: Window) -> dict[str, Sum]:
    async def sums(session: AsyncSession) -> dict[str, Sum]:
        rows = await fetch(session, _PUBLISHED, **window.bounds())
        return {row.type: Sum(row.number, int(row.total or 0)) for row in rows}

    by_type: dict[str, Sum] = await outbox.read(sums)
    return by_type


async def _received(inbox: Database, consumer: str, window: Window) -> Sum:
    async def sum_up(session: AsyncSession) -> Sum:
        row = (await run(session, _RECEIVED, consumer=consumer, **window.bounds())).one()
        return Sum(row.number, int(row.total or 0))

    total: Sum = await inbox.read(sum_up)
    return total


async def _missing(outbox: Database, inbox: Database, event_type: str, consumer: str, window: Window) -> list[str]:
    """The events of a window, one by one."""

    async def of_window(session: AsyncSession) -> list[UUID]:
        return list((await run(session, _IDS, type=event_type, **window.bounds())).scalars())

    ids: list[UUID] = await outbox.read(of_window)

    async def not_there(session: AsyncSession) -> list[UUID]:
        return list((await run(session, _MISSING, consumer=consumer, ids=ids)).scalars())

    return [f"{consumer}: {event_id}" for event_id in await inbox.read(not_there)]
