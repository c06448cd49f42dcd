"""`verify`: every service's invariants over its own database, and the reconciliations between services.

Read only: nothing is ever repaired here. What is under way, and within its time, is not broken.
"""

from collections.abc import Mapping
from contextlib import AsyncExitStack

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from cli.databases import opened
from cli.findings import BETWEEN, Finding
from cli.received import received
from cli.reconciliations import RECONCILIATIONS, reconcile_mails, reconciled
from cli.records import Records
from cli.run import clock_of
from cli.transit import COMMON_UNDER_WAY, Transit, events_on_their_way, unfinished
from services.system import NAMES, SYSTEM, load
from shared.clock import Clock
from shared.db.database import Database
from shared.db.sql import fetch
from shared.service import Invariant
from shared.settings import CommonSettings

COMMON_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "nothing stuck",
        "no event has failed to be published by itself",
        "select event_id, type, stuck_reason from outbox "
        "where published_at is null and stuck_reason is not null order by id",
    ),
    Invariant(
        "nothing parked",
        "no message waits for a person",
        "select consumer, message_id, reason from inbox where state = 'parked' order by seq",
    ),
)


async def verify(settings: CommonSettings, mailed: Mapping[str, int] | None = None) -> list[Finding]:
    """Run every check.

    Args:
        mailed: each Message-ID with how often the mail server accepted it; None when it cannot be asked.
    """
    async with AsyncExitStack() as stack:
        databases = {name: await stack.enter_async_context(opened(name, settings, "verify")) for name in NAMES}
        clock = clock_of(settings)
        within = [finding for name, database in databases.items() for finding in await _within(name, database, clock)]
        records = _records(databases)
        between = await _reconciliations(databases, records, clock)
        events = await received(databases, SYSTEM, clock.now())
        mails = await _mails(records, mailed)
    return [*within, *between, *events, *mails]


async def _within(name: str, database: Database, clock: Clock) -> list[Finding]:
    service = load(name)
    invariants, under_way = (*service.invariants, *COMMON_INVARIANTS), (*service.under_way, *COMMON_UNDER_WAY)
    return [
        *[Finding(name, check.name, check.promise, tuple(await violations(database, check))) for check in invariants],
        *[await unfinished(name, database, check, clock.now()) for check in under_way],
    ]


async def violations(database: Database, invariant: Invariant) -> list[str]:
    """What breaks an invariant in this database, one line each."""

    async def find(session: AsyncSession) -> list[str]:
        if callable(invariant.violations):
            return await invariant.violations(session)
        rows = await fetch(session, sa.text(invariant.violations))
        return [", ".join(str(value) for value in row) for row in rows]

    lines: list[str] = await database.read(find)
    return lines


def _records(databases: Mapping[str, Database]) -> Records:
    queries = {(service, name): query for service in NAMES for name, query in load(service).records.items()}
    return Records(databases, queries)


async def _reconciliations(databases: Mapping[str, Database], records: Records, clock: Clock) -> list[Finding]:
    queries = [(name, check.query) for name in NAMES for check in load(name).under_way]

    async def transit_now() -> Transit:
        now = clock.now()
        return Transit(databases, queries, await events_on_their_way(databases, SYSTEM, now), now)

    transit = await transit_now()
    return [await reconciled(check, records, transit, transit_now) for check in RECONCILIATIONS]


async def _mails(records: Records, mailed: Mapping[str, int] | None) -> list[Finding]:
    if mailed is None:
        return []
    promise = "each mail handed over reached the mail server once"
    return [Finding(BETWEEN, "mailed once", promise, tuple(await reconcile_mails(records, mailed)))]
