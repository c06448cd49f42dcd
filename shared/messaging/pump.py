"""Between a bus and a pipeline: a queue of deliveries in hand, and workers that take them one by one or in batches."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Generic, TypeVar

import structlog

from shared.messaging.bus import Incoming
from shared.messaging.pipeline import Pipeline

PAUSE_AFTER_A_FALL_S = 1.0
BATCH_PACE_S = 0.05
"""Batches that are not full follow each other no faster, so that under load one transaction serves many messages; the
first after a quiet moment goes at once."""

T = TypeVar("T")
_log = structlog.get_logger(__name__)


class Pump(Generic[T]):
    def __init__(self, pipeline: Pipeline[T]) -> None:
        self.pipeline = pipeline
        self._in_hand: asyncio.Queue[Incoming] = asyncio.Queue()
        self._workers: list[asyncio.Task[None]] = []
        self._full = asyncio.Event()
        self._last_batch_at = 0.0

    def receive(self, message: Incoming) -> None:
        """Called by the bus; the prefetch bounds what can be in hand."""
        self._in_hand.put_nowait(message)
        if self._in_hand.qsize() >= self.pipeline.batch_size:
            self._full.set()

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
                    self._in_hand.task_done()

    async def _take(self, batch: Sequence[Incoming]) -> None:
        """Nothing that a pipeline meets may end the worker: a consumer without workers looks alive and does nothing."""
        try:
            await self.pipeline.take(batch)
        except asyncio.CancelledError:
            if _asked_to_stop():
                raise
            await self._give_back(batch)
        except Exception:
            await self._give_back(batch)

    async def _give_back(self, batch: Sequence[Incoming]) -> None:
        _log.exception("deliveries_fell_through", consumer=self.pipeline.consumer, messages=len(batch))
        await asyncio.sleep(PAUSE_AFTER_A_FALL_S)
        for message in batch:
            await message.give_back()

    async def _next_batch(self) -> list[Incoming]:
        """At least one message; more when the subscription wants batches and they are here in time."""
        size = self.pipeline.batch_size
        batch = [await self._in_hand.get()]
        if size > 1:
            await self._keep_pace(size - 1)
        while len(batch) < size and not self._in_hand.empty():
            batch.append(self._in_hand.get_nowait())
        return batch

    async def _keep_pace(self, wanted: int) -> None:
        """Wait for as many as are wanted, but no longer than the pace of batches asks for."""
        loop = asyncio.get_running_loop()
        pause_s = self._last_batch_at + BATCH_PACE_S - loop.time()
        if pause_s > 0 and self._in_hand.qsize() < wanted:
            self._full.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._full.wait(), pause_s)
        self._last_batch_at = loop.time()

    async def drain(self) -> None:
        """Wait until everything in hand is settled; the caller bounds the wait."""
        await self._in_hand.join()

    async def stop(self) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)


def _asked_to_stop() -> bool:
    """Whether this task was cancelled by its owner, and not by something that broke beneath it."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
