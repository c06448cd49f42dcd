"""A service under test: running on its own PostgreSQL database and the in-process bus, with a clock that tests move.

async def test_something(start: StartService) -> None:
    ledger = await start("ledger")
    await ledger.receives(a_document_dispatched())
    assert await ledger.emitted(EntryPosted) == [...]
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import httpx2
import sqlalchemy as sa

from cli.verify import violations
from shared.clock import MovableClock
from shared.contracts.envelope import Envelope, Event, seal
from shared.db.database import Cause
from shared.db.sql import run
from shared.http.app import build_app
from shared.http.auth import FULL_SCOPES
from shared.ids import id_at, new_id
from shared.messaging.bus import Outgoing
from shared.messaging.memory import MemoryBus
from shared.runtime import Runtime
from shared.values import KeyKind
from tests.support.databases import BY_THE_CLOCK
from tests.support.keys import a_key_changed

E = TypeVar("E", bound=Event)


WRITTEN_BY_THE_CLOCK = {"audit_unshipped", "audit_log", "inbox", "key_news"}
OUTBOX = f"(select event_id, type, key, body from outbox where type !~ '{BY_THE_CLOCK}')"  # noqa: S608  # our own
"""Without the marks of the relay."""


@dataclass
class ServiceUnderTest:
    runtime: Runtime[Any]
    bus: MemoryBus
    clock: MovableClock
    http: httpx2.AsyncClient

    async def receives(self, *events: Event) -> None:
        """Deliver events in this order, each settled before the next."""
        for event in events:
            await self.receives_envelope(self.envelope(event))

    def envelope(self, event: Event) -> Envelope:
        now = self.clock.now()
        return seal(event, event_id=id_at(now), time=now, correlation_id="test", causation_id=None)

    async def receives_envelope(self, envelope: Envelope) -> None:
        """Deliver one envelope; the same one twice is a redelivery."""
        await self.bus.publish(Outgoing(envelope.id, envelope.type, envelope.model_dump_json().encode()))

    async def emitted(self, event: type[E]) -> list[E]:
        """All events of this class in the outbox, in order."""
        rows = await self.rows("select body from outbox where type = :type order by id", type=event.TYPE)
        return [event.model_validate(Envelope.model_validate_json(row["body"]).data) for row in rows]

    async def rows(self, statement: str, **values: Any) -> Sequence[Any]:
        """Query the service's database, over all clients."""
        async with self.runtime.database.unit(Cause("test")) as work:
            result = await run(work.session, sa.text(statement), **values)
            return result.mappings().all() if result.returns_rows else []

    async def contents(self) -> list[tuple[str, str]]:
        """The rows of every table, as one hash each; without what the relay and the jobs write by the clock."""
        query = "select coalesce(md5(string_agg(t::text, ' ' order by t::text)), '') as hash from {} t"
        tables = sorted(self.runtime.service.tables.tables.keys() - WRITTEN_BY_THE_CLOCK)
        rows = {table: OUTBOX if table == "outbox" else table for table in tables}
        return [(table, (await self.rows(query.format(rows[table])))[0]["hash"]) for table in tables]

    async def metric(self, name: str) -> float:
        """The value of the one metric with this name and these labels, as in `name{label="value"}`."""
        metrics = (await self.http.get("/metrics")).text
        [line] = [line for line in metrics.splitlines() if line.startswith(name)]
        return float(line.rsplit(" ", 1)[1])

    async def broken(self) -> dict[str, list[str]]:
        """The invariants of the service that do not hold, each with the lines that name what breaks it."""
        checks = self.runtime.service.invariants
        lines_by_check = {check.name: await violations(self.runtime.database, check) for check in checks}
        return {name: lines for name, lines in lines_by_check.items() if lines}

    async def key(
        self,
        client_id: UUID | None,
        kind: KeyKind = "client",
        scopes: tuple[str, ...] | None = None,
        holder: str | None = None,
    ) -> dict[str, str]:
        """Headers with a key that this service knows: a program's, which may also import bank files, unless a person
        holds it. Each call also brings an Idempotency-Key of its own."""
        granted = _scopes(kind) if scopes is None else scopes
        event, secret = a_key_changed(kind, client_id=client_id, scopes=granted, holder=holder)
        await self.receives(event)
        return {"Authorization": f"Bearer {secret}"}


def _scopes(kind: KeyKind) -> tuple[str, ...]:
    return FULL_SCOPES[kind] if kind == "print_shop" else (*FULL_SCOPES[kind], "payments:import")


StartService = Callable[..., Awaitable[ServiceUnderTest]]


def once(headers: dict[str, str]) -> dict[str, str]:
    """The headers with a new Idempotency-Key."""
    return {**headers, "Idempotency-Key": str(new_id())}


def client_for(runtime: Runtime[Any]) -> httpx2.AsyncClient:
    """The service's own API, called without a socket. Unforeseen errors answer 500, as they do to a caller."""
    app = build_app([runtime.service])
    app.state.runtimes[runtime.name] = runtime
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://faktura.test")
