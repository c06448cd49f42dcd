"""A service's own database, and the unit of work: everything that one message or request does, committed once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import Clock
from shared.contracts.envelope import Envelope, Event, seal
from shared.db.bulk import chunks
from shared.db.sql import run, run_many
from shared.ids import new_id

T = TypeVar("T")
EVERYONE = "*"
"""The scope of handlers and jobs, which work for all clients; a request is always inside one client's scope."""

SESSION_LIMITS = {
    "statement_timeout": "60s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}


@dataclass(frozen=True)
class Cause:
    """Why something is done: the call or message that set it off."""

    correlation_id: str
    causation_id: UUID | None = None


@dataclass
class UnitOfWork:
    """One transaction. Use cases load, decide, save and say; they never commit: the boundary does."""

    session: AsyncSession
    clock: Clock
    cause: Cause
    outbox: sa.Table
    has_emitted: bool = False
    _unwritten: list[Envelope] = field(default_factory=list)
    _afterwards: list[Callable[[], None]] = field(default_factory=list)

    def emit(self, event: Event, cause: Cause | None = None) -> None:
        """Tell a fact, in the same transaction as what it tells of. Batch handlers name the cause of each."""
        self._unwritten.append(self._sealed(event, cause or self.cause))
        self.has_emitted = True

    async def emit_all(self, items: Sequence[T], event_of: Callable[[T], Event]) -> None:
        """Tell a fact of each item, in order: for facts by the hundred thousand.

        They are sealed in a thread and written at once, chunk by chunk, so that the event loop stays free and they
        need not all be held until the commit.
        """
        await self.write_emitted()
        for chunk in chunks(items):
            await self._write(await asyncio.to_thread(self._rows_of, chunk, event_of))

    def after_commit(self, act: Callable[[], None]) -> None:
        """Do something in this process once all this is committed, and nothing if it is not."""
        self._afterwards.append(act)

    async def write_emitted(self) -> None:
        """Write what was said so far into the outbox. The boundary does it before it commits."""
        said, self._unwritten = self._unwritten, []
        await self._write([_outbox_row(envelope) for envelope in said])

    def committed(self) -> None:
        """Called by the boundary."""
        for act in self._afterwards:
            act()

    def _sealed(self, event: Event, why: Cause) -> Envelope:
        return seal(
            event,
            event_id=new_id(),
            time=self.clock.now(),
            correlation_id=why.correlation_id,
            causation_id=why.causation_id,
        )

    def _rows_of(self, items: Sequence[T], event_of: Callable[[T], Event]) -> list[dict[str, Any]]:
        return [_outbox_row(self._sealed(event_of(item), self.cause)) for item in items]

    async def _write(self, rows: Sequence[dict[str, Any]]) -> None:
        """In the order they were said: ids of the outbox are its order."""
        if rows:
            self.has_emitted = True
            await self.session.flush()
            await run_many(self.session, sa.insert(self.outbox), rows)


class Database:
    """An engine and the units of work on it. `outbox` is the table that said facts are written to."""

    def __init__(self, engine: AsyncEngine, outbox: sa.Table, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self._outbox = outbox
        self._after_emit: Callable[[], None] = lambda: None

    def after_emit(self, wake: Callable[[], None]) -> None:
        """Whom to wake when facts have been committed: the relay of this process."""
        self._after_emit = wake

    @asynccontextmanager
    async def unit(self, cause: Cause, client_id: UUID | None = None) -> AsyncIterator[UnitOfWork]:
        """A transaction in the scope of one client, or of everyone when none is named."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            await _enter_scope(session, EVERYONE if client_id is None else str(client_id))
            work = UnitOfWork(session, self.clock, cause, self._outbox)
            yield work
            await work.write_emitted()
            await session.commit()
        work.committed()
        if work.has_emitted:
            self._after_emit()

    async def read(self, query: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        """Run a query over all clients and give its answer back; nothing is written."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            await _enter_scope(session, EVERYONE)
            return await query(session)

    async def close(self) -> None:
        await self.engine.dispose()


async def _enter_scope(session: AsyncSession, scope: str) -> None:
    """Row-level security lets a transaction see the rows of this scope only, and none when no scope was set."""
    await run(session, _SCOPE, scope=scope)


_SCOPE = sa.text("select set_config('app.client_id', :scope, true)")


def _outbox_row(envelope: Envelope) -> dict[str, Any]:
    return {
        "event_id": envelope.id,
        "type": envelope.type,
        "client_id": envelope.clientid,
        "key": envelope.subject,
        "body": envelope.model_dump_json(),
    }


def open_engine(url: str, *, application: str, pool_size: int = 5) -> AsyncEngine:
    """An engine on psycopg with the limits of the house; parameters never appear in errors, they hold personal data."""
    limits = " ".join(f"-c {name}={value}" for name, value in SESSION_LIMITS.items())
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"application_name": f"faktura-{application}", "options": limits, "connect_timeout": 10},
    )
