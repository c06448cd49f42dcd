"""A service's own database, and the unit of work: all that one message or request does, committed once."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import Clock
from shared.contracts.envelope import Envelope, Event, seal
from shared.db import audit
from shared.db.audit import Author, Change
from shared.db.bulk import chunks
from shared.db.sql import run, run_many
from shared.ids import id_at
from shared.key_uses import KeyUses

T = TypeVar("T")
MAX_EVENT_CHARACTERS = 8_000_000
"""RabbitMQ 4 takes messages of 16 MiB by default; a character may be two bytes."""
LAST_EMITTED = 5
"""Events of a type that a unit of work remembers. A block of invoices makes many; the last are most often, and not
always, taken in last."""
EVERYONE = "*"
"""The scope of handlers and jobs, which work for all clients. A request has the scope of one client."""


@dataclass(frozen=True)
class Cause:
    """The call or message that something is done because of."""

    correlation_id: str
    causation_id: UUID | None = None
    author: Author | None = None
    """Who asked for it. None for messages and jobs: they carry out what an earlier call has set off."""


@dataclass
class UnitOfWork:
    """One transaction. Use cases load, decide, save and emit; `Database.unit` commits."""

    session: AsyncSession
    clock: Clock
    cause: Cause
    outbox: sa.Table
    emitted: dict[str, deque[UUID]] = field(default_factory=dict)
    """The ids of the last events of each type that were written to the outbox."""
    _unwritten: list[Envelope] = field(default_factory=list)
    _after_commit: list[Callable[[], None]] = field(default_factory=list)
    _changes: list[Change] = field(default_factory=list)
    _is_audited: bool = False

    def changed(self, *changes: Change) -> None:
        """Record in the audit what is changed, if somebody asked for it."""
        self._is_audited = True
        self._changes += changes

    def unchanged(self) -> None:
        """Nothing is changed, though a call that changes things was made: record nothing."""
        self.changed()

    def changed_by_default(self, change: Change) -> None:
        """Record this unless the use case itself has recorded what it changed."""
        if not self._is_audited:
            self.changed(change)

    def emit(self, event: Event, cause: Cause | None = None) -> None:
        """Publish an event if and when this transaction commits. Batch handlers give the cause of each event."""
        self._unwritten.append(self._sealed(event, cause or self.cause))

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """A savepoint: what fails inside leaves nothing behind, neither rows nor events. The error goes on."""
        lists: tuple[list[Any], ...] = (self._unwritten, self._after_commit, self._changes)
        lengths = [len(items) for items in lists]
        try:
            async with self.session.begin_nested():
                yield
        except BaseException:
            for items, length in zip(lists, lengths, strict=True):
                del items[length:]
            raise

    async def emit_all(self, items: Sequence[T], event_of: Callable[[T], Event]) -> None:
        """Emit an event for each item, in order; for events by the hundred thousand.

        They are sealed in a thread and written chunk by chunk, so that the event loop stays free and memory small.
        """
        await self.flush_events()
        for chunk in chunks(items):
            await self._write(await asyncio.to_thread(self._rows_of, chunk, event_of))

    def after_commit(self, act: Callable[[], None]) -> None:
        """Run something in this process after the commit; it is skipped when the transaction rolls back."""
        self._after_commit.append(act)

    async def flush_events(self) -> None:
        """Write the events emitted so far to the outbox. `Database.unit` does this before the commit."""
        envelopes, self._unwritten = self._unwritten, []
        await self._write([_outbox_row(envelope) for envelope in envelopes])

    async def flush_changes(self) -> None:
        """Write the audit entries. `Database.unit` does this before the commit."""
        changes, self._changes = self._changes, []
        author = self.cause.author
        if changes and author is not None:
            request = audit.Request(author, self.cause.correlation_id, self.clock.now())
            await audit.record(self.session, request, changes)

    def committed(self) -> None:
        """Called by `Database.unit` after the commit."""
        for act in self._after_commit:
            act()

    def _sealed(self, event: Event, cause: Cause) -> Envelope:
        now = self.clock.now()
        return seal(
            event,
            event_id=id_at(now),  # retention goes by the time in the id, the same in the outbox and in every inbox
            time=now,
            correlation_id=cause.correlation_id,
            causation_id=cause.causation_id,
        )

    def _rows_of(self, items: Sequence[T], event_of: Callable[[T], Event]) -> list[dict[str, Any]]:
        return [_outbox_row(self._sealed(event_of(item), self.cause)) for item in items]

    async def _write(self, rows: Sequence[dict[str, Any]]) -> None:
        """The ids of the outbox follow the order of the rows."""
        if rows:
            for row in rows:
                self.emitted.setdefault(row["type"], deque(maxlen=LAST_EMITTED)).append(row["event_id"])
            await self.session.flush()
            await run_many(self.session, sa.insert(self.outbox), rows)


class Database:
    """An engine and its units of work. `outbox` is the table that emitted events are written to."""

    def __init__(self, engine: AsyncEngine, outbox: sa.Table, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self.key_uses = KeyUses()
        self._outbox = outbox
        self._on_events_committed: Callable[[], None] = lambda: None

    def on_events_committed(self, wake: Callable[[], None]) -> None:
        """Set what is called when events have been committed: it wakes the relay of this process."""
        self._on_events_committed = wake

    @asynccontextmanager
    async def unit(self, cause: Cause, client_id: UUID | None = None) -> AsyncIterator[UnitOfWork]:
        """A transaction in the scope of one client, or of all when none is given."""
        async with self._session(EVERYONE if client_id is None else str(client_id)) as session:
            work = UnitOfWork(session, self.clock, cause, self._outbox)
            yield work
            await work.flush_events()
            await work.flush_changes()
            await session.commit()
        work.committed()
        if work.emitted:
            self._on_events_committed()

    async def read(self, query: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        """Run a query over all clients and return its result; nothing is written."""
        async with self._session(EVERYONE) as session:
            return await query(session)

    @asynccontextmanager
    async def _session(self, scope: str) -> AsyncIterator[AsyncSession]:
        """A session whose transaction has begun. A connection that broke in the pool is found out by its first
        statement and replaced, which costs nothing; a ping would be a quarter of all round trips."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            try:
                await _enter_scope(session, scope)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                await session.rollback()
                await _enter_scope(session, scope)
            yield session

    async def close(self) -> None:
        await self.engine.dispose()


async def _enter_scope(session: AsyncSession, scope: str) -> None:
    """Row-level security shows a transaction the rows of its scope only, and none when no scope is set."""
    await run(session, _SCOPE, scope=scope)


_SCOPE = sa.text("select set_config('app.client_id', :scope, true)")


class EventTooLarge(ValueError):
    """No broker would take the event; said where it is emitted, since the relay could never get rid of it."""


def _outbox_row(envelope: Envelope) -> dict[str, Any]:
    body = envelope.model_dump_json()
    if len(body) > MAX_EVENT_CHARACTERS:
        raise EventTooLarge(f"{envelope.type} of {envelope.subject}: {len(body)} characters")
    return {
        "event_id": envelope.id,
        "type": envelope.type,
        "client_id": envelope.clientid,
        "key": envelope.subject,
        "body": body,
    }
