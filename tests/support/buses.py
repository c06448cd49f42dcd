"""The two buses behind one face, so that one suite of promises can be run on both."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import aio_pika

from dev.broker import PrivateBroker
from shared.clock import MovableClock
from shared.contracts.envelope import Envelope, Event, seal
from shared.ids import new_id
from shared.messaging import topology
from shared.messaging.bus import Bus, Outgoing
from shared.messaging.memory import MemoryBus
from shared.messaging.rabbit import RabbitBus
from shared.messaging.subscription import Subscription
from tests.support.postgres import TestPostgres
from tests.support.toy import Toy, make_database, one_by_one, toy_house, toy_name


class Buses:
    """Makes toys on the bus of the test, and speaks to them from outside."""

    def __init__(self, postgres: TestPostgres, broker: PrivateBroker | None, clock: MovableClock) -> None:
        self.clock = clock
        self.url = broker.url if broker else ""
        self._postgres = postgres
        self._broker = broker
        self._memory = MemoryBus()
        self._stack = AsyncExitStack()
        self._names: list[str] = []
        self._publisher: Bus | None = None

    @property
    def in_process(self) -> bool:
        return self._broker is None

    async def toy(self, subscribe: Callable[[Toy], tuple[Subscription[Any], ...]] = one_by_one, **settings: Any) -> Toy:
        """A toy that is not started yet; stopped and dropped after the test."""
        name = toy_name()
        owner_url = make_database(self._postgres, name)
        toy = Toy(name, toy_house(self._postgres, name, **settings), owner_url, self.clock, self.connect, subscribe)
        self._names.append(name)
        self._stack.callback(self._postgres.drop, name)
        self._stack.push_async_callback(toy.stop)
        return toy

    def twin(self, toy: Toy) -> Toy:
        """A second copy of the same service, on the same database."""
        other = Toy(toy.name, toy.settings, toy.owner_url, toy.clock, self.connect, toy.subscribe)
        self._stack.push_async_callback(other.stop)
        return other

    async def connect(self, service: str) -> Bus:
        """A connection of a service to the bus; in process all share one, made anew when it was closed."""
        if self._broker is not None:
            return await RabbitBus.connect(self.url, service)
        if not self._memory.attached():
            self._memory = MemoryBus()
        return self._memory

    async def publish(self, *events: Event) -> list[Envelope]:
        """Facts from outside, each taken over by the bus before the next; the envelopes that they went in."""
        sealed = [self.seal(event) for event in events]
        for envelope in sealed:
            await self.publish_bytes(envelope.model_dump_json().encode(), envelope)
        return sealed

    async def publish_bytes(self, body: bytes, envelope: Envelope) -> None:
        """Any bytes, under the name of an envelope."""
        bus = self._publisher or await self.connect("outside")
        self._publisher = None if self.in_process else bus
        await bus.publish(Outgoing(envelope.id, envelope.type, body))

    def seal(self, event: Event) -> Envelope:
        return seal(event, event_id=new_id(), time=self.clock.now(), correlation_id="outside", causation_id=None)

    async def close(self) -> None:
        if self._publisher is not None:
            await self._publisher.close()
        await self._stack.aclose()
        await self._memory.close()
        if self._broker is not None:
            await self._forget_queues()

    async def _forget_queues(self) -> None:
        """The next test must not fill the queues of this one's toys."""
        queues = [topology.consumer_name(name, "payments.document-overdue.v1") for name in self._names]
        async with await aio_pika.connect(self.url) as connection, connection.channel() as channel:
            for name in (*queues, *(f"{name}.dead" for name in self._names)):
                await channel.queue_delete(name)
