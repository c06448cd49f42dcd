"""Whether every published event was received, window by window, in memory that does not grow with the history.

What was emitted minutes ago may be on its way; what is older than that is lost, or its queue is too long.

A window is so many events of an outbox, in the order of their ids. Its owner and each subscriber sum it up in their own
database; ids are read only where the sums differ. What retention may have deleted is not compared.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from cli.findings import BETWEEN, LISTED, Finding
from cli.under_way import Way, story
from services.system import ServiceSpec
from shared.db import retention
from shared.db.database import Database
from shared.db.sql import fetch, run
from shared.ids import first_id_at, time_of
from shared.messaging.topology import consumer_name

RECEIVED_WITHIN: Final = timedelta(minutes=10)
"""From its emission until every subscriber has handled an event. Normally a second; a burst makes a queue."""
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


class Missing(NamedTuple):
    """Published events that a subscriber lacks, in the order of their ids."""

    subscriber: str
    consumer: str
    ids: list[UUID]


@dataclass
class _Lack:
    """All that one subscriber lacks: up to `LISTED` lines of what is late, and what may still be on its way."""

    late: list[str] = field(default_factory=list)
    under_way: int = 0
    oldest: UUID = LAST

    def add(self, missing: Missing, moment: Window) -> None:
        """What was emitted in this moment may still come. An id that is from the future has no time in it."""
        under_way = [event_id for event_id in missing.ids if moment.first <= event_id < moment.end]
        late = [event_id for event_id in missing.ids if not moment.first <= event_id < moment.end]
        self.late += [f"{missing.consumer}: {event_id}" for event_id in late[: LISTED - len(self.late)]]
        self.under_way += len(under_way)
        self.oldest = min([self.oldest, *under_way[:1]])

    def finding(self, subscriber: str, now: datetime) -> Finding:
        name, promise = f"received by {subscriber}", "every event it subscribes to was received"
        if not self.under_way:
            return Finding(BETWEEN, name, promise, tuple(self.late))
        emitted_at = time_of(self.oldest)
        text = story(f"event to {subscriber}", self.under_way, Way(emitted_at, emitted_at + RECEIVED_WITHIN), now)
        return Finding(BETWEEN, name, promise, tuple(self.late), self.under_way, text)


async def received(databases: Mapping[str, Database], system: Sequence[ServiceSpec], now: datetime) -> list[Finding]:
    """Every published event is in the inbox of every service that subscribes to it, or was emitted a moment ago."""
    lacks = {spec.name: _Lack() for spec in system}
    moment = Window(first_id_at(now - RECEIVED_WITHIN), first_id_at(now + RECEIVED_WITHIN))
    since = await _inboxes_complete_from(databases.values())
    for publisher in system:
        async for missing in missing_events(databases, system, publisher.name, since):
            lacks[missing.subscriber].add(missing, moment)
    return [lack.finding(name, now) for name, lack in lacks.items()]


async def missing_events(
    databases: Mapping[str, Database], system: Sequence[ServiceSpec], publisher: str, since: datetime
) -> AsyncIterator[Missing]:
    """What the subscribers lack of the events that a service has published since then, window by window."""
    outbox = databases[publisher]
    async for window in _windows(outbox, since):
        published = await _published(outbox, window)
        for subscriber in system:
            inbox = databases[subscriber.name]
            for event_type in [event.TYPE for event in subscriber.subscribes if event.TYPE in published]:
                consumer = consumer_name(subscriber.name, event_type)
                if await _received(inbox, consumer, window) != published[event_type]:
                    ids = await _missing(outbox, inbox, event_type, consumer, window)
                    yield Missing(subscriber.name, consumer, ids)


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


async def _missing(outbox: Database, inbox: Database, event_type: str, consumer: str, window: Window) -> list[UUID]:
    """The events of a window, one by one."""

    async def of_window(session: AsyncSession) -> list[UUID]:
        return list((await run(session, _IDS, type=event_type, **window.bounds())).scalars())

    ids: list[UUID] = await outbox.read(of_window)

    async def not_there(session: AsyncSession) -> list[UUID]:
        return list((await run(session, _MISSING, consumer=consumer, ids=ids)).scalars())

    missing: list[UUID] = await inbox.read(not_there)
    return missing
