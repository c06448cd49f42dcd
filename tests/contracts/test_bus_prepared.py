"""Preparing a batch: when one message cannot be prepared, the work on the others ends before it is begun again."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from shared.contracts.payments import DocumentOverdue
from shared.db.database import UnitOfWork
from shared.messaging.subscription import Received, Subscription, on_prepared
from shared.service import NoTools
from tests.support.buses import Buses
from tests.support.toy import Delivery, Toy, an_overdue

BATCH = 4


class Preparing:
    """Prepares messages; level 1 fails once all of its batch are under way, and the others wait to be told."""

    def __init__(self) -> None:
        self.running: list[int] = []
        self.twice: list[int] = []
        self.full = asyncio.Event()
        self.failed = asyncio.Event()

    def subscriptions(self, toy: Toy) -> tuple[Subscription[Any], ...]:
        async def handle(
            work: UnitOfWork, _tools: NoTools, messages: Sequence[tuple[Received[DocumentOverdue], None]]
        ) -> None:
            await toy.react(work, [received for received, _ in messages])

        return (replace(on_prepared(DocumentOverdue, self._prepare, handle, size=BATCH), workers=1),)

    async def _prepare(self, _tools: NoTools, event: DocumentOverdue) -> None:
        with self._noted(event.level):
            if not self.full.is_set():
                return await self._first_time(event)

    async def _first_time(self, event: DocumentOverdue) -> None:
        if len(self.running) == BATCH:
            self.full.set()
        await self.full.wait()
        if event.level == 1:
            raise ValueError("cannot be prepared")
        await asyncio.Event().wait()

    @contextmanager
    def _noted(self, level: int) -> Iterator[None]:
        if level in self.running:
            self.twice.append(level)
        self.running.append(level)
        try:
            yield
        finally:
            self.running.remove(level)


async def test_the_work_of_a_batch_that_fails_has_ended_before_it_is_redone(buses: Buses) -> None:
    preparing = Preparing()
    toy = await (await buses.toy(preparing.subscriptions)).start()
    sealed = [buses.seal(an_overdue(level=level)) for level in range(1, BATCH + 1)]

    await toy.running.pipelines[0].take([Delivery(envelope.model_dump_json().encode()) for envelope in sealed])

    assert await toy.has(BATCH)
    assert preparing.twice == []
    assert preparing.running == []
