"""The pump after lost connections: the bus delivers again what was not settled, and the old deliveries are dropped."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from shared.messaging.bus import Incoming
from shared.messaging.pipeline import Pipeline
from shared.messaging.pump import Pump
from tests.support.eventually import eventually

PREFETCH = 5


class Delivery:
    """Delivery number `number` on connection number `connection`."""

    def __init__(self, connection: int, number: int) -> None:
        self.name = (connection, number)

    async def give_back(self) -> None:
        """Not looked at."""


class OneWorker:
    workers = 1


class HeldPipeline:
    """Handles nothing until the gate opens, as when the database is away."""

    consumer = "ledger.document-issued.v1"
    subscription = OneWorker()
    batch_size = 1
    prefetch = PREFETCH

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.taken: list[tuple[int, int]] = []

    async def take(self, messages: Sequence[Any]) -> None:
        self.taken += [message.name for message in messages]
        await self.gate.wait()


async def test_what_waits_in_the_pump_does_not_grow_with_each_reconnect() -> None:
    pipeline = HeldPipeline()
    pump = Pump(cast(Pipeline[Any], pipeline))
    pump.start()
    _deliver(pump, connection=0)
    await eventually(lambda: pipeline.taken)

    for connection in range(1, 11):
        _deliver(pump, connection)
        assert pump._deliveries.qsize() == PREFETCH

    pipeline.gate.set()
    async with asyncio.timeout(5):
        await pump.drain()
    assert pipeline.taken == [(0, 0), *((10, number) for number in range(PREFETCH))]
    await pump.stop()


async def test_no_delivery_is_dropped_while_the_connection_lasts() -> None:
    pipeline = HeldPipeline()
    pump = Pump(cast(Pipeline[Any], pipeline))
    pump.start()

    _deliver(pump, connection=0)
    pipeline.gate.set()
    async with asyncio.timeout(5):
        await pump.drain()

    assert pipeline.taken == [(0, number) for number in range(PREFETCH)]
    await pump.stop()


def _deliver(pump: Pump[Any], connection: int) -> None:
    """As many as the bus delivers before something is settled."""
    for number in range(PREFETCH):
        pump.receive(cast(Incoming, Delivery(connection, number)))
