"""`verify`: every service's invariants over its own database, and the reconciliations between services.

Read only: nothing is ever repaired here.
"""

from collections.abc import Mapping
from contextlib import AsyncExitStack

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from cli.databases import opened
from cli.findings import BETWEEN, Finding
from cli.received import received
from cli.reconciliations import RECONCILIATIONS, reconcile_mails
from cli.records import Records
from services.system import NAMES, SYSTEM, load
from shared.db.database import Database
from shared.db.sql import fetch
from shared.service import Invariant
from shared.settings import CommonSettings

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


async def verify(settings: CommonSettings, mailed: Mapping[str, int] | None = None) -> list[Finding]:
    """Run every check.

    Args:
        mailed: each Message-ID with how often the mail server accepted it; None when it cannot be asked.
    """
    async with AsyncExitStack() as stack:
        databases = {name: await stack.enter_async_context(opened(name, settings, "verify")) for name in NAMES}
        within = [finding for name, database in databases.items() for finding in await _invariants(name, database)]
        records = _records(databases)
        between = await _reconciliations(records)
        events = await received(databases, SYSTEM)
        mails = await _mails(records, mailed)
    return [*within, *between, *events, *mails]


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


def _records(databases: Mapping[str, Database]) -> Records:
    queries = {(service, name): query for service in NAMES for name, query in load(service).records.items()}
    return Records(databases, queries)


async def _reconciliations(records: Records) -> list[Finding]:
    return [Finding(BETWEEN, check.name, check.promise, tuple(await check.check(records))) for check in RECONCILIATIONS]


async def _mails(records: Records, mailed: Mapping[str, int] | None) -> list[Finding]:
    if mailed is None:
        return []
    promise = "each mail handed over reached the mail server once"
    return [Finding(BETWEEN, "mailed once", promise, tuple(await reconcile_mails(records, mailed)))]
