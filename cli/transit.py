"""What is on its way in the whole system: deliveries and the like by the services' own queries, and events.

Every service is queried in the order of the pipeline, so that what moves on meanwhile is met further down.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from cli.databases import rows_of
from cli.findings import LISTED, Finding
from cli.received import RECEIVED_WITHIN, missing_events
from cli.under_way import Way, late, story
from services.system import ServiceSpec
from shared.db.base import UNTIMED
from shared.db.database import Database
from shared.ids import first_id_at
from shared.messaging.outcome import BACKOFF
from shared.service import UnderWay

PUBLISHED_WITHIN: Final = timedelta(minutes=5)
"""The relay takes well under a second. As the alert on `faktura_outbox_oldest_seconds`."""
WAITING_WITHIN: Final = RECEIVED_WITHIN + sum(BACKOFF, timedelta())
"""A message that keeps failing is parked after the last pause of the back-off."""

# An id has the time of the service's own clock; `created_at` and `received_at` have the database's.
_TIME_OF_ID = "to_timestamp(('x0000' || translate(left({id}::text, 13), '-', ''))::bit(64)::bigint / 1000.0)"
_UNTIMED_EVENT = UNTIMED.replace("message_id", "event_id")
_EMITTED_AT = f"case when {_UNTIMED_EVENT} then created_at else {_TIME_OF_ID.format(id='event_id')} end"
_WAITING_SINCE = f"case when {UNTIMED} then received_at else {_TIME_OF_ID.format(id='message_id')} end"

COMMON_UNDER_WAY: tuple[UnderWay, ...] = (
    UnderWay(
        "outbox drained",
        "every emitted event has been published",
        "event to publish",
        f"""
        select event_id || ' ' || type as key, null as also, {_EMITTED_AT} as since,
               {_EMITTED_AT} + interval '{PUBLISHED_WITHIN.total_seconds()} seconds' as until
        from outbox where published_at is null and stuck_reason is null
        """,  # noqa: S608  # constants of our own
    ),
    UnderWay(
        "inbox drained",
        "no message waits for another attempt",
        "message waiting for another attempt",
        f"""
        select consumer || ' ' || message_id || ' (' || coalesce(reason, '') || ')' as key, null as also,
               {_WAITING_SINCE} as since,
               {_WAITING_SINCE} + interval '{WAITING_WITHIN.total_seconds()} seconds' as until
        from inbox where state = 'waiting'
        """,  # noqa: S608  # constants of our own
    ),
)

_LATE = "select key, since, until from ({query}) as way where until <= :now order by until limit :limit"
_OLDEST = (
    "select count(*) over () as number, since, until from ({query}) as way where until > :now order by since limit 1"
)
_OF_KEYS = (
    "select key, also, since, until from ({query}) as way "
    "where key = any(cast(:keys as text[])) or also = any(cast(:keys as text[]))"
)
# An event is on its way for whatever it mentions: a credit note's for its invoice too, a payment's for the payment.
_MENTIONS = "regexp_matches(body, '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'g') as mention"
_MENTIONED = f"""
    select mention[1] as key, max({_EMITTED_AT}) as since from outbox, {_MENTIONS}
    where event_id = any(cast(:ids as uuid[])) group by 1
"""  # noqa: S608  # constants of our own
_MENTIONED_UNPUBLISHED = f"""
    select mention[1] as key, max({_EMITTED_AT}) as since from outbox, {_MENTIONS}
    where published_at is null and stuck_reason is null and event_id >= :first group by 1
"""  # noqa: S608  # constants of our own
_MENTIONED_WAITING = f"""
    select mention[1] as key, max({_WAITING_SINCE}) as since from inbox, {_MENTIONS}
    where state = 'waiting' group by 1
"""  # noqa: S608  # constants of our own


async def unfinished(scope: str, database: Database, check: UnderWay, now: datetime) -> Finding:
    """What is under way in a service's database, and what of it is late."""

    late_ones = await rows_of(database, _LATE.format(query=check.query), now=now, limit=LISTED)
    oldest = await rows_of(database, _OLDEST.format(query=check.query), now=now)
    broken = tuple(late(row.key, Way(row.since, row.until)) for row in late_ones)
    if not oldest:
        return Finding(scope, check.name, check.promise, broken)
    [row] = oldest
    text = story(f"{check.thing} ({scope})", row.number, Way(row.since, row.until), now)
    return Finding(scope, check.name, check.promise, broken, row.number, text)


class Transit:
    """What is on its way, by the ids of the records that wait for it."""

    def __init__(
        self,
        databases: Mapping[str, Database],
        queries: Sequence[tuple[str, str]],
        events: Mapping[str, Way],
        now: datetime,
    ) -> None:
        self.now = now
        self._databases = databases
        self._queries = queries
        self._events = events

    async def of(self, keys: AbstractSet[str]) -> dict[str, Way]:
        """The way of each of these ids that is on its way; of several the one that ends last."""
        ways = {key: self._events[key] for key in keys & self._events.keys()}
        for service, query in self._queries:
            for row in await rows_of(self._databases[service], _OF_KEYS.format(query=query), keys=list(keys)):
                for key in {row.key, row.also} & keys:
                    _keep_last(ways, key, Way(row.since, row.until))
        return ways


async def events_on_their_way(
    databases: Mapping[str, Database], system: Sequence[ServiceSpec], now: datetime
) -> dict[str, Way]:
    """The ids that are mentioned by events which are not yet handled everywhere, in memory: the last minutes' only."""
    first = now - RECEIVED_WITHIN
    ways: dict[str, Way] = {}
    for name, database in databases.items():
        unpublished = await rows_of(database, _MENTIONED_UNPUBLISHED, first=first_id_at(first))
        _add(ways, unpublished, RECEIVED_WITHIN)
        async for missing in missing_events(databases, system, name, first):
            _add(ways, await rows_of(database, _MENTIONED, ids=missing.ids), RECEIVED_WITHIN)
    for database in databases.values():
        _add(ways, await rows_of(database, _MENTIONED_WAITING), WAITING_WITHIN)
    return ways


def _add(ways: dict[str, Way], mentions: Sequence[sa.Row[Any]], within: timedelta) -> None:
    for row in mentions:
        _keep_last(ways, row.key, Way(row.since, row.since + within))


def _keep_last(ways: dict[str, Way], key: str, way: Way) -> None:
    if key not in ways or ways[key].until < way.until:
        ways[key] = way
