"""The relay: publishes the events in a service's outbox, a window at a time.

One relay per service is active, by a session-level advisory lock; the others stand by. A commit in the same process
wakes it, and it polls as well, so a lost wake-up costs only latency.
"""

import asyncio
import time
from contextlib import suppress

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.messaging import outbox
from shared.messaging.bus import Bus, NotTaken, Outgoing, Rejected, Unanswered
from shared.messaging.outcome import Nature, nature
from shared.observability.metrics import NOT_ACCEPTED, PUBLISHED
from shared.observability.private import describe_error

WINDOW = 200
AGAIN = WINDOW // 4
"""How many of them may have been put off before: a queue that never answers keeps its rows in flight until they time
out, and must leave room for others."""
POLL_S = 0.25
ROUND_S = 0.05
"""The least time between two rounds, so that under load one query and one commit serve many rows. The first row after a
quiet moment goes at once."""
FULL_ROUND_S = 0.02
"""The same while the window is full."""
STANDBY_S = 2.0
TROUBLE_PAUSE_S = 1.0
SETTLING_S = 15.0
"""How long publishes in flight may take to end before the publisher starts over."""
BEAT_S = 60.0
"""A relay that has done no round for so long hangs: the longest round settles and closes within half of it."""
FROZEN_AFTER_S = 60
"""PostgreSQL ends the session of a relay that is silent for so long, so that a frozen process frees the lock."""

_log = structlog.get_logger(__name__)


class Relay:
    def __init__(self, service: str, engine: AsyncEngine, bus: Bus) -> None:
        self._service = service
        self._engine = engine
        self._bus = bus
        self._stopping = asyncio.Event()
        self._woken = asyncio.Event()
        self._may_have_rows = True
        self._in_flight: dict[asyncio.Task[None], outbox.Row] = {}
        self._done: list[asyncio.Task[None]] = []
        self._answered_through: int | None = None
        """The highest row that was published since the publisher started over."""
        self._beat_at = time.monotonic()

    def wake(self) -> None:
        """New events have been committed."""
        self._may_have_rows = True
        self._woken.set()

    def beating(self) -> bool:
        """Whether it has done a round, as the active or the standby one, or tried to connect, not long ago."""
        return time.monotonic() - self._beat_at < BEAT_S

    def stop(self) -> None:
        """Publish nothing more; `run` returns when the publishes in flight have ended."""
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        try:
            while not self._stopping.is_set():
                await self._connect_and_publish()
        finally:
            await self.abandon()

    async def abandon(self) -> None:
        """Cancel the publishes in flight: their rows stay unpublished and are sent again after the next start."""
        for task in self._in_flight:
            task.cancel()
        await asyncio.gather(*self._in_flight, return_exceptions=True)
        self._in_flight.clear()

    async def _connect_and_publish(self) -> None:
        self._beat()
        try:
            async with self._engine.connect() as connection:
                try:
                    await self._publish_over(await connection.execution_options(isolation_level="AUTOCOMMIT"))
                finally:
                    # The lock and the settings belong to the session, which must not return to the pool.
                    await connection.invalidate()
        except Exception as error:
            self._report(error)
            await self._rest(TROUBLE_PAUSE_S)

    def _report(self, error: Exception) -> None:
        """No error ends the relay: events would pile up in a process that looks healthy."""
        if nature(error) is Nature.BUG:
            _log.exception("relay_failed", service=self._service, error=type(error).__name__)
        else:
            _log.warning("relay_interrupted", service=self._service, error=type(error).__name__)

    def _beat(self) -> None:
        self._beat_at = time.monotonic()

    async def _publish_over(self, connection: AsyncConnection) -> None:
        # A mark lost in a power cut means one more duplicate: cheaper than waiting for the disk each time.
        await connection.execute(text("set synchronous_commit = off"))
        await connection.execute(text(f"set idle_session_timeout = '{FROZEN_AFTER_S}s'"))
        while not await self._try_lock(connection):
            self._beat()
            await self._rest(STANDBY_S)
            if self._stopping.is_set():
                return
        while not self._stopping.is_set():
            await self._round(connection)
        await self._finish(connection)

    async def _try_lock(self, connection: AsyncConnection) -> bool:
        return bool(await connection.scalar(text("select pg_try_advisory_lock(hashtext('outbox-relay'))")))

    async def _round(self, connection: AsyncConnection) -> None:
        began = asyncio.get_running_loop().time()
        self._beat()
        self._woken.clear()
        await self._settle(connection)
        full = await self._fill(connection)
        await self._await_wake()
        least_s = FULL_ROUND_S if full else ROUND_S
        await self._rest(began + least_s - asyncio.get_running_loop().time())

    async def _fill(self, connection: AsyncConnection) -> bool:
        """Publish as many rows as there is room for; true when the window is full."""
        room = WINDOW - len(self._in_flight)
        if room < WINDOW // 4:
            return True
        if not self._may_have_rows:
            return False
        self._may_have_rows = False
        in_flight = list(self._in_flight.values())
        room_again = AGAIN - sum(row.again for row in in_flight)
        rows = await outbox.unpublished(connection, room, max(0, room_again), [row.id for row in in_flight])
        for row in rows:
            self._send(row)
        more_again = 0 < room_again <= sum(row.again for row in rows)
        self._may_have_rows = len(rows) >= room or more_again
        return len(rows) >= room

    def _send(self, row: outbox.Row) -> None:
        message = Outgoing(row.event_id, row.type, row.body.encode())
        task = asyncio.create_task(self._bus.publish(message))
        self._in_flight[task] = row
        task.add_done_callback(self._on_done)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._done.append(task)
        self._woken.set()

    async def _await_wake(self) -> None:
        """Return when woken; after `POLL_S` without it, look for rows of other processes."""
        try:
            await asyncio.wait_for(self._woken.wait(), POLL_S)
        except TimeoutError:
            self._may_have_rows = True

    async def _settle(self, connection: AsyncConnection) -> None:
        failed = await self._mark_done(connection)
        if failed:
            _log.warning("publish_failed", service=self._service, rows=len(failed), error=describe_error(failed[0]))
        if any(isinstance(error, NotTaken) for error in failed) and not self._stopping.is_set():
            await self._start_over(connection)
            await self._rest(TROUBLE_PAUSE_S)

    async def _mark_done(self, connection: AsyncConnection) -> list[BaseException]:
        """Mark the rows that the bus has taken, and put off those that may be at fault; returns the errors."""
        done, self._done = self._done, []
        errors = {row.id: _failure(task) for task in done if (row := self._in_flight.pop(task, None)) is not None}
        published = [row for row, error in errors.items() if error is None]
        if published:
            await outbox.mark_published(connection, published)
            self._answered_through = max(*published, self._answered_through or 0)
            PUBLISHED.labels(self._service).inc(len(published))
        failed = {row: error for row, error in errors.items() if error is not None}
        own = {row: _reason(error) for row, error in failed.items() if self._may_be_at_fault(row, error)}
        if own:
            NOT_ACCEPTED.labels(self._service).inc(len(own))
            await outbox.back_off(connection, own)
        self._may_have_rows = self._may_have_rows or bool(failed)
        return list(failed.values())

    def _may_be_at_fault(self, row: int, error: BaseException) -> bool:
        """Whether the failure comes from this row or its queue, and not from a bus that is away or slow for all.

        A bus that is only slow answers in order: rows are sent again in order, as long as it gets on.
        """
        if isinstance(error, Unanswered):
            return self._answered_through is None or row < self._answered_through
        return not isinstance(error, NotTaken)

    async def _start_over(self, connection: AsyncConnection) -> None:
        """A row must never be in flight twice, so wait for the current publishes; some may have succeeded."""
        await self._bus.after_failed_publish()
        if self._in_flight:
            await asyncio.wait(self._in_flight, timeout=SETTLING_S)
            await self._mark_done(connection)
        self._answered_through = None

    async def _finish(self, connection: AsyncConnection) -> None:
        if self._in_flight:
            await asyncio.wait(self._in_flight)
            await self._mark_done(connection)

    async def _rest(self, seconds: float) -> None:
        """Pause, but end the pause when stopped."""
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), seconds)


def _failure(task: asyncio.Task[None]) -> BaseException | None:
    """Why a publish failed; a cancelled one counts as not taken."""
    return NotTaken("cancelled") if task.cancelled() else task.exception()


def _reason(error: BaseException) -> str | None:
    """The row's own fault in words; None when more attempts may cure it: a queue did not accept it or is silent."""
    return None if isinstance(error, Rejected | Unanswered) else repr(error)
