"""Between a bus and a pipeline: a queue of deliveries in hand, and workers that take them one by one or in batches."""

import asyncio
from collections.abc import Sequence

import structlog

from shared.messaging.bus import Incoming
from shared.messaging.pipeline import Pipeline

PAUSE_AFTER_A_FALL_S = 1.0

_log = structlog.get_logger(__name__)


class Pump:
    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self._in_hand: asyncio.Queue[Incoming] = asyncio.Queue()
        self._workers: list[asyncio.Task[None]] = []

    def receive(self, message: Incoming) -> None:
        """Called by the bus; the prefetch bounds what can be in hand."""
        self._in_hand.put_nowait(message)

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
        """At least one message; more when they are already here and the subscription wants batches."""
        batch = [await self._in_hand.get()]
        while len(batch) < self.pipeline.subscription.batch and not self._in_hand.empty():
            batch.append(self._in_hand.get_nowait())
        return batch

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
