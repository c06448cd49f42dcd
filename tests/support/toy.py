"""A toy service: one event in, one row out, with hooks that let a test fail, delay or extend its handler.

toy = await buses.toy()                      # a database of its own, on the bus of the test
toy.before = Fails(TryLater(), times=2)      # what the handler does before it writes its effect
await toy.start()
await buses.publish(an_overdue(level=1))
assert await toy.effects() == [...]
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter
from pydantic import SecretStr

from shared.clock import MovableClock
from shared.contracts.envelope import Event
from shared.contracts.payments import DocumentOverdue, DocumentSettled
from shared.db.base import NAMING, add_common_tables
from shared.db.database import Cause, UnitOfWork
from shared.db.migrate import _ensure_role, _grant
from shared.db.sql import run
from shared.ids import new_id
from shared.messaging.bus import Bus
from shared.messaging.dead_letters import park_dead_letters
from shared.messaging.rabbit import RabbitBus
from shared.messaging.subscription import Received, Subscription, on, on_batch
from shared.runtime import Runtime
from shared.service import NoTools, Service, no_tools
from shared.settings import CommonSettings
from tests.support.postgres import TestPostgres

ROLE = "faktura_toy"
CLIENT = UUID("019a0000-0000-7000-8000-000000000001")
METADATA = sa.MetaData(naming_convention=NAMING)
EFFECT = sa.Table(
    "effect",
    METADATA,
    sa.Column("document_id", sa.Uuid, primary_key=True),
    sa.Column("level", sa.Integer, primary_key=True),
    sa.Column("seq", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("client_id", sa.Uuid, nullable=False),
)
add_common_tables(METADATA)

Hook = Callable[[UnitOfWork, DocumentOverdue], Awaitable[None]]
_numbers = itertools.count(1)


def an_overdue(document_id: UUID | None = None, level: int = 1) -> DocumentOverdue:
    """The event that toys subscribe to. Its subject is the document; the effect's key is document and level."""
    return DocumentOverdue(
        client_id=CLIENT,
        document_id=document_id or new_id(),
        customer_id=new_id(),
        level=level,
        due_date=date(2026, 11, 9),
        outstanding_ore=125_000,
        found_on=date(2026, 11, 23),
    )


def a_settled(document_id: UUID | None = None) -> DocumentSettled:
    """An event that no toy subscribes to."""
    settled_on = date(2026, 11, 23)
    return DocumentSettled(
        client_id=CLIENT, document_id=document_id or new_id(), customer_id=new_id(), settled_on=settled_on
    )


class Fails:
    """A hook that raises the first `times` times, for these levels, or for all when none are given."""

    def __init__(self, error: Exception, *, times: int = 1_000_000, levels: Sequence[int] = ()) -> None:
        self.error, self.left, self.levels = error, times, tuple(levels)

    async def __call__(self, _work: UnitOfWork, event: DocumentOverdue) -> None:
        if self.left and (not self.levels or event.level in self.levels):
            self.left -= 1
            raise self.error


async def nothing(_work: UnitOfWork, _event: DocumentOverdue) -> None:
    """The hook that does nothing."""


@dataclass
class Toy:
    """A service that can be started, stopped and crashed, on a database that outlives it."""

    name: str
    settings: CommonSettings
    owner_url: str
    clock: MovableClock
    connect: Callable[[str], Awaitable[Bus]]
    subscribe: Callable[["Toy"], tuple[Subscription[Any], ...]]
    before: Hook = nothing
    after: Hook = nothing
    runtime: Runtime[Any] | None = None

    def __post_init__(self) -> None:
        self.calls: list[DocumentOverdue] = []
        self.batches: list[int] = []

    @property
    def running(self) -> Runtime[Any]:
        assert self.runtime is not None, "start the toy first"
        return self.runtime

    async def start(self, *, publishing: bool = True) -> "Toy":
        bus = await self.connect(self.name)
        self.runtime = Runtime(self._service(), self.settings, self.clock, bus)
        await self.runtime.attach()
        if publishing:
            self.runtime.begin()
        if isinstance(bus, RabbitBus):
            await park_dead_letters(bus, self.name, self.runtime.database, self.runtime.pipeline)
        return self

    async def stop(self) -> None:
        """As on SIGTERM."""
        runtime, self.runtime = self.runtime, None
        if runtime is not None:
            await runtime.stop()
            await runtime.bus.close()

    async def crash(self) -> None:
        """As on kill -9: nothing is finished or settled, and the connections break."""
        runtime, self.runtime = self.runtime, None
        if runtime is None:
            return
        for pump in runtime._pumps:
            await pump.stop()
        runtime.settings = runtime.settings.model_copy(update={"drain_s": 0.0})
        await runtime.bus.close()
        await runtime.stop()

    async def react(self, work: UnitOfWork, received: Sequence[Received[DocumentOverdue]]) -> None:
        """The use case. A second effect of the same event violates a key, so it is an error and not ignored."""
        self.batches.append(len(received))
        for event in (message.event for message in received):
            self.calls.append(event)
            await self.before(work, event)
            await self._write(work, event)
            await self.after(work, event)

    async def _write(self, work: UnitOfWork, event: DocumentOverdue) -> None:
        values = {"document_id": event.document_id, "level": event.level, "client_id": event.client_id}
        await run(work.session, sa.insert(EFFECT).values(values))

    async def emit(self, *events: Event) -> None:
        """Emit events in one transaction, as a use case does."""
        async with self.running.database.unit(Cause("toy")) as work:
            for event in events:
                work.emit(event)

    async def effects(self) -> list[tuple[UUID, int]]:
        """Document and level of every effect, in the order they were written."""
        return [(row.document_id, row.level) for row in await self.rows("select * from effect order by seq")]

    async def has(self, count: int) -> bool:
        """Whether there are exactly this many effects."""
        return len(await self.effects()) == count

    async def inbox(self, state: str) -> list[Any]:
        return await self.rows("select * from inbox where state = :state order by seq", state=state)

    async def unpublished(self) -> int:
        return len(await self.rows("select id from outbox where published_at is null"))

    async def rows(self, statement: str, **values: Any) -> list[Any]:
        """Query the database as its owner, also while the toy is stopped."""
        engine = sa.create_engine(self.owner_url)
        try:
            with engine.begin() as connection:
                result = connection.execute(sa.text(statement), values)
                return list(result.all()) if result.returns_rows else []
        finally:
            engine.dispose()

    def _service(self) -> Service[Any]:
        return Service(
            name=self.name,
            tables=METADATA,
            migrations=Path(),
            publishes=(DocumentOverdue,),
            subscriptions=self.subscribe(self),
            router=APIRouter(),
            refusals={},
            invariants=(),
            open_tools=no_tools,
        )


class Delivery:
    """A message whose settling nobody looks at."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def check_origin(self, _event_type: str) -> None:
        """There is no publisher to check."""

    async def acknowledge(self) -> None:
        """Nothing to settle."""

    async def acknowledge_through(self) -> None:
        """Nothing to settle."""

    async def give_back(self) -> None:
        """Nothing to settle."""


def waits_for(gate: asyncio.Event) -> Hook:
    """A hook that waits until the gate opens."""

    async def wait(_work: UnitOfWork, _event: DocumentOverdue) -> None:
        await gate.wait()

    return wait


def one_by_one(toy: Toy, workers: int = 4) -> tuple[Subscription[Any], ...]:
    async def handle(work: UnitOfWork, _tools: NoTools, event: DocumentOverdue) -> None:
        await toy.react(work, [Received(event, work.cause)])

    return (on(DocumentOverdue, handle, workers=workers),)


def in_batches(toy: Toy) -> tuple[Subscription[Any], ...]:
    async def handle(work: UnitOfWork, _tools: NoTools, messages: Sequence[Received[DocumentOverdue]]) -> None:
        await toy.react(work, messages)

    return (on_batch(DocumentOverdue, handle),)


def no_subscriptions(_toy: Toy) -> tuple[Subscription[Any], ...]:
    """For a toy that only publishes."""
    return ()


def toy_name() -> str:
    return f"toy{next(_numbers)}"


def make_database(postgres: TestPostgres, name: str) -> str:
    """Create a database with the toy's tables and its role, which owns nothing; returns the owner's URL."""
    postgres._server.create_databases([name])
    engine = sa.create_engine(postgres.dsn(name))
    with engine.begin() as connection:
        METADATA.create_all(connection)
        _ensure_role(connection, ROLE)
        _grant(connection, ROLE)
    engine.dispose()
    return postgres.dsn(name)


def toy_settings(postgres: TestPostgres, database: str, **more: Any) -> CommonSettings:
    """Settings with which a toy retries waiting messages at once."""
    values: dict[str, Any] = {"retry_pause_s": 0.05, "drain_s": 5.0, "database_pool": 8}
    return CommonSettings(database_url=SecretStr(postgres.dsn(database, ROLE)), **values | more)
