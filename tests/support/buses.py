"""Both buses behind one interface, so that one suite of tests runs on each."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import aio_pika

from dev.broker import PrivateBroker
from shared.clock import MovableClock
from shared.contracts.envelope import Envelope, Event, seal
from shared.contracts.payments import DocumentOverdue
from shared.ids import new_id
from shared.messaging import topology
from shared.messaging.bus import Bus, Outgoing
from shared.messaging.memory import MemoryBus
from shared.messaging.origin import BrokerUsers
from shared.messaging.rabbit import RabbitBus
from shared.messaging.subscription import Subscription
from tests.support.postgres import TestPostgres
from tests.support.toy import Toy, make_database, one_by_one, toy_name, toy_settings


class Buses:
    """Makes toys on the bus of the test, and publishes to them from outside."""

    def __init__(self, postgres: TestPostgres, broker: PrivateBroker | None, clock: MovableClock) -> None:
        self.clock = clock
        self.url = broker.url if broker else ""
        self.users: BrokerUsers | None = None
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
        """A toy, not yet started; it is stopped and its database dropped after the test."""
        name = toy_name()
        owner_url = make_database(self._postgres, name)
        toy = Toy(name, toy_settings(self._postgres, name, **settings), owner_url, self.clock, self.connect, subscribe)
        self._names.append(name)
        self._stack.callback(self._postgres.drop, name)
        self._stack.push_async_callback(toy.stop)
        return toy

    def twin(self, toy: Toy) -> Toy:
        """A second copy of the same service, on the same database."""
        twin = Toy(toy.name, toy.settings, toy.owner_url, toy.clock, self.connect, toy.subscribe)
        self._stack.push_async_callback(twin.stop)
        return twin

    async def connect(self, service: str) -> Bus:
        """A service's connection to the bus. In process all services share one bus, replaced once it was closed."""
        if self._broker is not None:
            return await RabbitBus.connect(self.url, service, self.users)
        if not self._memory.attached():
            self._memory = MemoryBus()
        return self._memory

    async def publish(self, *events: Event) -> list[Envelope]:
        """Publish events from outside, each accepted by the bus before the next; returns their envelopes."""
        envelopes = [self.seal(event) for event in events]
        for envelope in envelopes:
            await self.publish_bytes(envelope.model_dump_json().encode(), envelope)
        return envelopes

    async def publish_bytes(self, body: bytes, envelope: Envelope) -> None:
        """Publish any bytes with the id and type of an envelope."""
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
            await self._delete_queues()

    async def _delete_queues(self) -> None:
        """Later tests must not fill the queues of this test's toys."""
        queues = [topology.consumer_name(name, DocumentOverdue.TYPE) for name in self._names]
        queues += [topology.dead_letter_queue(name).name for name in self._names]
        async with await aio_pika.connect(self.url) as connection, connection.channel() as channel:
            for queue in queues:
                await channel.queue_delete(queue)
