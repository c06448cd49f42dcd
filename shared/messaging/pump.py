"""Between a bus and a pipeline: a queue of unsettled deliveries, and workers that take them singly or in batches."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Generic, TypeVar

import structlog

from shared.messaging.bus import Incoming
from shared.messaging.pipeline import Pipeline

PAUSE_AFTER_ERROR_S = 1.0

T = TypeVar("T")
_log = structlog.get_logger(__name__)


class Pump(Generic[T]):
    def __init__(self, pipeline: Pipeline[T]) -> None:
        self.pipeline = pipeline
        self._deliveries: asyncio.Queue[Incoming] = asyncio.Queue()
        self._workers: list[asyncio.Task[None]] = []
        self._full = asyncio.Event()
        self._last_batch_at = 0.0

    def receive(self, message: Incoming) -> None:
        """Called by the bus, which delivers no more than the prefetch before something is settled."""
        self._deliveries.put_nowait(message)
        self._drop_lost()
        if self._deliveries.qsize() >= self.pipeline.batch_size:
            self._full.set()

    def _drop_lost(self) -> None:
        """Beyond the prefetch the oldest are from a connection that was lost: they cannot be settled any more, and the
        bus delivers them again."""
        while self._deliveries.qsize() > self.pipeline.prefetch:
            self._deliveries.get_nowait()
            self._deliveries.task_done()

    def start(self) -> None:
        workers = self.pipeline.subscription.workers
        self._workers = [asyncio.create_task(self._work(), name=self.pipeline.consumer) for _ in range(workers)]

    async def _work(self) -> None:
        while True:
            batch = await self._next_batch()
            try:
                await self._take(batch)
            finally:
                for _ in batch:
                    self._deliveries.task_done()

    async def _take(self, batch: Sequence[Incoming]) -> None:
        """No error may end the worker: a consumer without workers looks alive and does nothing."""
        try:
            await self.pipeline.take(batch)
        except asyncio.CancelledError:
            if _is_stopping():
                raise
            await self._give_back(batch)
        except Exception:
            await self._give_back(batch)

    async def _give_back(self, batch: Sequence[Incoming]) -> None:
        _log.exception("deliveries_given_back", consumer=self.pipeline.consumer, messages=len(batch))
        await asyncio.sleep(PAUSE_AFTER_ERROR_S)
        for message in batch:
            await message.give_back()

    async def _next_batch(self) -> list[Incoming]:
        """At least one message; more when the subscription is batched and they arrive in time."""
        size = self.pipeline.batch_size
        batch = [await self._deliveries.get()]
        if size > 1:
            await self._wait_for_more(size - 1)
        while len(batch) < size and not self._deliveries.empty():
            batch.append(self._deliveries.get_nowait())
        return batch

    async def _wait_for_more(self, count: int) -> None:
        """Wait until so many more are here, but no longer than until the interval since the last batch is over."""
        loop = asyncio.get_running_loop()
        pause_s = self._last_batch_at + self.pipeline.subscription.interval_s - loop.time()
        if pause_s > 0 and self._deliveries.qsize() < count:
            self._full.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._full.wait(), pause_s)
        self._last_batch_at = loop.time()

    async def drain(self) -> None:
        """Wait until every delivery is settled; the caller limits the wait."""
        await self._deliveries.join()

    async def stop(self) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)


def _is_stopping() -> bool:
    """Whether this task was cancelled by its owner, and not by an error inside a handler."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
