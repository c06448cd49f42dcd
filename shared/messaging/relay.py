"""The relay: takes what the service said out of its outbox and publishes it, a window at a time.

One relay per service is at work, by a session-level advisory lock; the others stand by. It is woken in-process after a
commit and polls besides, so a lost wake-up costs latency and nothing else.
"""

import asyncio
from contextlib import suppress

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.messaging import outbox
from shared.messaging.bus import Bus, NotTaken, Outgoing
from shared.observability.metrics import PUBLISHED

WINDOW = 200
POLL_S = 0.25
ROUND_S = 0.05
"""Rounds follow each other no faster, so that under load one look and one commit serve many rows; a first row after a
quiet moment goes at once."""
FULL_ROUND_S = 0.02
STANDBY_S = 2.0
TROUBLE_PAUSE_S = 1.0
SETTLING_S = 15.0

_log = structlog.get_logger(__name__)


class Relay:
    def __init__(self, service: str, engine: AsyncEngine, bus: Bus) -> None:
        self._service = service
        self._engine = engine
        self._bus = bus
        self._stopping = asyncio.Event()
        self._woken = asyncio.Event()
        self._news = True
        self._in_flight: dict[asyncio.Task[None], int] = {}
        self._done: list[asyncio.Task[None]] = []

    def wake(self) -> None:
        """Something was said."""
        self._news = True
        self._woken.set()

    def stop(self) -> None:
        """Take nothing new; `run` returns when what is in flight is settled."""
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        try:
            while not self._stopping.is_set():
                await self._turn()
        finally:
            await self.abandon()

    async def abandon(self) -> None:
        """Let go of what is in flight: it stays unpublished and goes out again at the next start."""
        for task in self._in_flight:
            task.cancel()
        await asyncio.gather(*self._in_flight, return_exceptions=True)
        self._in_flight.clear()

    async def _turn(self) -> None:
        try:
            async with self._engine.connect() as connection:
                try:
                    await self._with(await connection.execution_options(isolation_level="AUTOCOMMIT"))
                finally:
                    # The lock and the settings belong to the session: it must not go back to the pool alive.
                    await connection.invalidate()
        except (SQLAlchemyError, OSError) as error:
            _log.warning("relay_interrupted", service=self._service, error=type(error).__name__)
            await self._rest(TROUBLE_PAUSE_S)

    async def _with(self, connection: AsyncConnection) -> None:
        # A mark lost with the power means that a row goes out once more: cheaper than waiting for the disk.
        await connection.execute(text("set synchronous_commit = off"))
        while not await self._is_the_one(connection):
            await self._rest(STANDBY_S)
            if self._stopping.is_set():
                return
        while not self._stopping.is_set():
            await self._round(connection)
        await self._finish(connection)

    async def _is_the_one(self, connection: AsyncConnection) -> bool:
        return bool(await connection.scalar(text("select pg_try_advisory_lock(hashtext('outbox-relay'))")))

    async def _round(self, connection: AsyncConnection) -> None:
        began = asyncio.get_running_loop().time()
        self._woken.clear()
        await self._settle(connection)
        full = await self._fill(connection)
        await self._await_wake()
        least_s = FULL_ROUND_S if full else ROUND_S
        await self._rest(began + least_s - asyncio.get_running_loop().time())

    async def _fill(self, connection: AsyncConnection) -> bool:
        """Publish what there is room for; whether the window is full. Nothing said means nothing to look for."""
        room = WINDOW - len(self._in_flight)
        if room < WINDOW // 4:
            return True
        if not self._news:
            return False
        self._news = False
        rows = await outbox.unpublished(connection, room, list(self._in_flight.values()))
        for row in rows:
            self._send(row)
        if len(rows) == room:
            self._news = True
        return len(rows) == room

    def _send(self, row: outbox.Row) -> None:
        message = Outgoing(row.event_id, row.type, row.body.encode())
        task = asyncio.create_task(self._bus.publish(message))
        self._in_flight[task] = row.id
        task.add_done_callback(self._on_done)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._done.append(task)
        self._woken.set()

    async def _await_wake(self) -> None:
        """Until something was said or settled; after a quiet while another process may have said something."""
        try:
            await asyncio.wait_for(self._woken.wait(), POLL_S)
        except TimeoutError:
            self._news = True

    async def _settle(self, connection: AsyncConnection) -> None:
        failed = await self._sort_out(connection)
        if failed and not self._stopping.is_set():
            _log.warning("publish_failed", service=self._service, rows=len(failed), error=repr(failed[0]))
            if any(isinstance(error, NotTaken) for error in failed):
                await self._start_over(connection)
            await self._rest(TROUBLE_PAUSE_S)

    async def _sort_out(self, connection: AsyncConnection) -> list[BaseException]:
        """Mark what the bus has taken, note down what cannot be sent at all; answers with the failures."""
        done, self._done = self._done, []
        errors = {row: _failure(task) for task in done if (row := self._in_flight.pop(task, None)) is not None}
        published = [row for row, error in errors.items() if error is None]
        if published:
            await outbox.mark_published(connection, published)
            PUBLISHED.labels(self._service).inc(len(published))
        failed = {row: error for row, error in errors.items() if error is not None}
        for row, error in failed.items():
            if not isinstance(error, NotTaken):
                await outbox.note_failure(connection, [row], repr(error))
        self._news = self._news or bool(failed)
        return list(failed.values())

    async def _start_over(self, connection: AsyncConnection) -> None:
        """The same row must never be in flight twice, so what still is ends first; some of it may have been taken."""
        await self._bus.after_failed_publish()
        if self._in_flight:
            await asyncio.wait(self._in_flight, timeout=SETTLING_S)
            await self._sort_out(connection)

    async def _finish(self, connection: AsyncConnection) -> None:
        if self._in_flight:
            await asyncio.wait(self._in_flight)
            await self._sort_out(connection)

    async def _rest(self, seconds: float) -> None:
        """Pause, unless told to stop meanwhile."""
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), seconds)


def _failure(task: asyncio.Task[None]) -> BaseException | None:
    """Why a publish did not come through. One that was broken off beneath us is one that the bus did not take."""
    return NotTaken("broken off") if task.cancelled() else task.exception()
