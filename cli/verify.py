"""`./faktura verify`: every service's invariants over its own database, and the ones that hold across services.

A check answers with lines that name what breaks it; no lines, and it holds. Nothing is ever repaired here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.system import NAMES, SYSTEM, load
from shared.clock import SystemClock
from shared.contracts.envelope import Event
from shared.db.database import Database, open_engine
from shared.db.sql import fetch
from shared.messaging.topology import consumer_name
from shared.service import Invariant
from shared.settings import CommonSettings

SHOWN = 20
"""Violations of one check that are shown; the rest are counted."""

KeyedValues = Mapping[str, str]
Records = Mapping[tuple[str, str], KeyedValues]
"""What each service testifies, by (service, name of the evidence): key and value."""


@dataclass(frozen=True)
class Finding:
    """One check and what came of it."""

    where: str
    name: str
    promise: str
    violations: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.violations


@dataclass(frozen=True)
class Reconciliation:
    """Something that must be true between services."""

    name: str
    promise: str
    check: Callable[[Records], list[str]]


async def verify(settings: CommonSettings, mailed: Mapping[str, int] | None = None) -> list[Finding]:
    """Run every check. `mailed` is what a mail server of ours has seen: each Message-ID with how often."""
    databases = {name: _database(name, settings) for name in NAMES}
    try:
        inside = [finding for name, database in databases.items() for finding in await _inside(name, database)]
        records = {
            key: rows for name, database in databases.items() for key, rows in (await _records(name, database)).items()
        }
        traffic = await _traffic(databases)
    finally:
        for database in databases.values():
            await database.close()
    across = [Finding("across", check.name, check.promise, tuple(check.check(records))) for check in RECONCILIATIONS]
    return [*inside, *across, *traffic, *_at_the_mail_server(records, mailed)]


def _database(name: str, settings: CommonSettings) -> Database:
    engine = open_engine(settings.database(name), application=f"verify-{name}", pool_size=1)
    return Database(engine, load(name).tables.tables["outbox"], SystemClock())


async def _inside(name: str, database: Database) -> list[Finding]:
    checks = (*load(name).invariants, *COMMON_INVARIANTS)
    return [Finding(name, check.name, check.promise, tuple(await violations(database, check))) for check in checks]


async def violations(database: Database, check: Invariant) -> list[str]:
    """What breaks an invariant in this database, one line each."""

    async def ask(session: AsyncSession) -> list[str]:
        if callable(check.violations):
            return await check.violations(session)
        rows = await fetch(session, sa.text(check.violations))
        return [", ".join(str(value) for value in row) for row in rows]

    answer: list[str] = await database.read(ask)
    return answer


async def _records(name: str, database: Database) -> dict[tuple[str, str], KeyedValues]:
    async def ask(session: AsyncSession, query: str) -> KeyedValues:
        return {row.key: row.value for row in await fetch(session, sa.text(query))}

    queries = load(name).records
    return {(name, what): await database.read(partial(ask, query=query)) for what, query in queries.items()}


COMMON_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "outbox drained",
        "everything said has been published",
        "select 'outbox row', id, type from outbox where published_at is null order by id",
    ),
    Invariant(
        "nothing left over in the inbox",
        "no message waits, and none is parked",
        "select consumer, message_id, state, reason from inbox where state in ('waiting', 'parked') order by seq",
    ),
)


def _same(left: tuple[str, str], right: tuple[str, str]) -> Callable[[Records], list[str]]:
    """Two services tell the same of the same things, each once."""

    def check(records: Records) -> list[str]:
        ours, theirs = records[left], records[right]
        missing = [
            f"{key}: {left[0]} has {value}, {right[0]} has nothing" for key, value in ours.items() if key not in theirs
        ]
        extra = [
            f"{key}: {right[0]} has {value}, {left[0]} has nothing" for key, value in theirs.items() if key not in ours
        ]
        differing = [
            f"{key}: {left[0]} has {value}, {right[0]} has {theirs[key]}"
            for key, value in ours.items()
            if key in theirs and theirs[key] != value
        ]
        return [*missing, *extra, *differing]

    return check


def _same_keys(left: tuple[str, str], *rights: tuple[str, str]) -> Callable[[Records], list[str]]:
    """What the left names is named by one of the rights, and nothing besides."""

    def check(records: Records) -> list[str]:
        ours, theirs = set(records[left]), {key for right in rights for key in records[right]}
        names = " or ".join(f"{service} ({what})" for service, what in rights)
        return [f"{key}: not with {names}" for key in sorted(ours - theirs)] + [
            f"{key}: only with {names}" for key in sorted(theirs - ours)
        ]

    return check


def _handed_over(records: Records) -> list[str]:
    return [f"{key}: {state}" for key, state in records["delivery", "deliveries"].items() if state != "handed_over"]


RECONCILIATIONS: tuple[Reconciliation, ...] = (
    Reconciliation(
        "posted once",
        "each issued invoice and credit note has its entry, with its amount",
        _same(("documents", "sales_documents"), ("ledger", "posted")),
    ),
    Reconciliation(
        "rendered once",
        "each confirmed document was rendered, or is held and shown",
        _same_keys(("documents", "confirmed"), ("rendering", "rendered"), ("rendering", "held")),
    ),
    Reconciliation(
        "delivery for each",
        "each rendered document has its delivery",
        _same_keys(("rendering", "rendered"), ("delivery", "deliveries")),
    ),
    Reconciliation("handed over", "each delivery has been handed over", _handed_over),
    Reconciliation(
        "payments booked",
        "each matched payment stands in the bank account with its amount",
        _same(("payments", "matched"), ("ledger", "bank")),
    ),
    Reconciliation(
        "open items agree",
        "what payments holds open is what the ledger holds open",
        _same(("payments", "claims"), ("ledger", "open")),
    ),
    Reconciliation(
        "reminded once",
        "each overdue claim and level has its one reminder",
        _same_keys(("payments", "overdue"), ("documents", "reminders")),
    ),
)


async def _traffic(databases: Mapping[str, Database]) -> list[Finding]:
    """Every fact said is handled in the inbox of everyone whom the map names as a listener."""
    said = {spec.name: await databases[spec.name].read(_published) for spec in SYSTEM}
    findings = []
    for spec in SYSTEM:
        taken: set[tuple[str, str]] = await databases[spec.name].read(_taken)
        missing = [
            line for event in spec.subscribes for line in _not_heard(spec.name, event, said[event.owner()], taken)
        ]
        findings.append(
            Finding("across", f"heard by {spec.name}", "every fact it listens to was taken in", tuple(missing))
        )
    return findings


def _not_heard(
    service: str, event: type[Event], said: Sequence[tuple[str, str]], taken: set[tuple[str, str]]
) -> list[str]:
    consumer = consumer_name(service, event.TYPE)
    return [
        f"{consumer}: {event_id}" for kind, event_id in said if kind == event.TYPE and (consumer, event_id) not in taken
    ]


async def _published(session: AsyncSession) -> list[tuple[str, str]]:
    rows = await fetch(session, sa.text("select type, event_id from outbox where published_at is not null"))
    return [(row.type, str(row.event_id)) for row in rows]


async def _taken(session: AsyncSession) -> set[tuple[str, str]]:
    rows = await fetch(session, sa.text("select consumer, message_id from inbox"))
    return {(row.consumer, str(row.message_id)) for row in rows}


def _at_the_mail_server(records: Records, mailed: Mapping[str, int] | None) -> list[Finding]:
    if mailed is None:
        return []
    ours = records["delivery", "mailed"]
    twice = [f"{message_id}: accepted {times} times" for message_id, times in mailed.items() if times > 1]
    lost = [
        f"{message_id}: handed over, but the mail server has not seen it"
        for message_id in ours
        if message_id not in mailed
    ]
    unknown = [
        f"{message_id}: at the mail server, but not handed over here" for message_id in mailed if message_id not in ours
    ]
    promise = "each mail handed over reached the mail server once"
    return [Finding("across", "mailed once", promise, (*twice, *lost, *unknown))]
