"""`verify`: every service's invariants over its own database, and the reconciliations between services.

Read only: nothing is ever repaired here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from cli.reconciliations import RECONCILIATIONS, RecordName, Records, reconcile_mails
from services.system import NAMES, SYSTEM, ServiceSpec, load
from shared.clock import SystemClock
from shared.db.database import Database, open_engine
from shared.db.sql import fetch
from shared.messaging.topology import consumer_name
from shared.service import Invariant
from shared.settings import CommonSettings

BETWEEN = "between services"
PublishedEvents = Mapping[str, list[str]]
"""Ids of published events by type."""

COMMON_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "outbox drained",
        "every emitted event has been published",
        "select 'outbox row', id, type from outbox where published_at is null order by id",
    ),
    Invariant(
        "inbox drained",
        "no message waits, and none is parked",
        "select consumer, message_id, state, reason from inbox where state in ('waiting', 'parked') order by seq",
    ),
)


@dataclass(frozen=True)
class Finding:
    """One check and what it found."""

    scope: str
    """The service whose database was checked, or BETWEEN."""
    name: str
    promise: str
    violations: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.violations


async def verify(settings: CommonSettings, mailed: Mapping[str, int] | None = None) -> list[Finding]:
    """Run every check.

    Args:
        mailed: each Message-ID with how often the mail server accepted it; None when it cannot be asked.
    """
    databases = {name: _database(name, settings) for name in NAMES}
    try:
        within = [finding for name, database in databases.items() for finding in await _invariants(name, database)]
        records = await _records(databases)
        received = await _events_received(databases)
    finally:
        for database in databases.values():
            await database.close()
    return [*within, *_reconciliations(records), *received, *_mails(records, mailed)]


def _database(name: str, settings: CommonSettings) -> Database:
    engine = open_engine(settings.database(name), application=f"verify-{name}", pool_size=1)
    return Database(engine, load(name).tables.tables["outbox"], SystemClock())


async def _invariants(name: str, database: Database) -> list[Finding]:
    checks = (*load(name).invariants, *COMMON_INVARIANTS)
    return [Finding(name, check.name, check.promise, tuple(await violations(database, check))) for check in checks]


async def violations(database: Database, invariant: Invariant) -> list[str]:
    """What breaks an invariant in this database, one line each."""

    async def find(session: AsyncSession) -> list[str]:
        if callable(invariant.violations):
            return await invariant.violations(session)
        rows = await fetch(session, sa.text(invariant.violations))
        return [", ".join(str(value) for value in row) for row in rows]

    lines: list[str] = await database.read(find)
    return lines


async def _records(databases: Mapping[str, Database]) -> Records:
    async def by_key(session: AsyncSession, query: str) -> Mapping[str, str]:
        return {row.key: row.value for row in await fetch(session, sa.text(query))}

    records: dict[RecordName, Mapping[str, str]] = {}
    for service, database in databases.items():
        for name, query in load(service).records.items():
            records[service, name] = await database.read(partial(by_key, query=query))
    return records


def _reconciliations(records: Records) -> list[Finding]:
    return [Finding(BETWEEN, check.name, check.promise, tuple(check.check(records))) for check in RECONCILIATIONS]


async def _events_received(databases: Mapping[str, Database]) -> list[Finding]:
    """Every published event is in the inbox of every service that subscribes to it."""
    published: dict[str, list[str]] = {}
    for database in databases.values():
        for event_type, event_id in await database.read(_published):
            published.setdefault(event_type, []).append(event_id)
    return [_not_received(spec, published, await databases[spec.name].read(_received)) for spec in SYSTEM]


def _not_received(spec: ServiceSpec, published: PublishedEvents, received: set[tuple[str, str]]) -> Finding:
    consumers = {consumer_name(spec.name, event.TYPE): event.TYPE for event in spec.subscribes}
    missing = tuple(
        f"{consumer}: {event_id}"
        for consumer, event_type in consumers.items()
        for event_id in published.get(event_type, ())
        if (consumer, event_id) not in received
    )
    return Finding(BETWEEN, f"received by {spec.name}", "every event it subscribes to was received", missing)


async def _published(session: AsyncSession) -> list[tuple[str, str]]:
    rows = await fetch(session, sa.text("select type, event_id from outbox where published_at is not null"))
    return [(row.type, str(row.event_id)) for row in rows]


async def _received(session: AsyncSession) -> set[tuple[str, str]]:
    rows = await fetch(session, sa.text("select consumer, message_id from inbox"))
    return {(row.consumer, str(row.message_id)) for row in rows}


def _mails(records: Records, mailed: Mapping[str, int] | None) -> list[Finding]:
    if mailed is None:
        return []
    promise = "each mail handed over reached the mail server once"
    return [Finding(BETWEEN, "mailed once", promise, tuple(reconcile_mails(records, mailed)))]
