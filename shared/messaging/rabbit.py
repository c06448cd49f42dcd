"""RabbitMQ on aio-pika: one connection for consuming, with a channel per consumer; `publisher.py` publishes.

`connect_robust` restores only objects that are still referenced, so connections, channels and queues stay attributes.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Self

import aio_pika
import structlog
from aio_pika.abc import (
    AbstractIncomingMessage,
    AbstractRobustChannel,
    AbstractRobustConnection,
    AbstractRobustQueue,
)

from shared.messaging import topology
from shared.messaging.bus import Listener, Outgoing
from shared.messaging.origin import BrokerUsers, user_in
from shared.messaging.publisher import BROKER_TROUBLE, Publisher, quietly

HEARTBEAT_S = 20
CONNECT_TIMEOUT_S = 10.0
DEAD_LETTER_PREFETCH = 20

_log = structlog.get_logger(__name__)


class QueueMissing(Exception):
    """The broker lacks this queue, and the user of the service may not declare it."""


class RabbitDelivery:
    """A delivery from the broker; the headers of a dead letter name the queue that it comes from."""

    def __init__(self, message: AbstractIncomingMessage, users: BrokerUsers) -> None:
        self.body = message.body
        self._users = users
        self.headers: Mapping[str, Any] = message.headers
        self._message = message

    def check_origin(self, event_type: str) -> None:
        self._users.check(event_type, self._message.user_id)

    async def acknowledge(self) -> None:
        await self._settle(self._message.ack())

    async def acknowledge_through(self) -> None:
        await self._settle(self._message.ack(multiple=True))

    async def give_back(self) -> None:
        """Reject instead of nack: only that counts towards the delivery limit on every version of the broker."""
        await self._settle(self._message.reject(requeue=True))

    async def _settle(self, answer: Any) -> None:
        """After a reconnect the old delivery can no longer be settled; the inbox recognises its redelivery."""
        try:
            await answer
        except BROKER_TROUBLE as error:
            _log.info("delivery_not_settled", error=type(error).__name__)


class RabbitBus:
    """One service's connections to the broker: one for consuming, and that of its publisher."""

    def __init__(
        self, service: str, users: BrokerUsers, publisher: Publisher, consuming: AbstractRobustConnection
    ) -> None:
        self._service = service
        self._users = users
        self._publisher = publisher
        self._consuming = consuming
        self._consumers: list[tuple[AbstractRobustQueue, str]] = []
        self._channels: list[AbstractRobustChannel] = []

    @property
    def _may_declare(self) -> bool:
        return self._users.shared

    @classmethod
    async def connect(cls, url: str, service: str, users: BrokerUsers | None = None) -> Self:
        """Connect as soon as the broker is up; the caller limits the wait.

        Events must come from the user of their owner among `users`; without these, all from the user of this address.
        """
        publisher = Publisher(_address(url, f"faktura-{service}-publishing"), service)
        bus = cls(
            service,
            users or BrokerUsers(user_in(url)),
            publisher,
            await _connect(_address(url, f"faktura-{service}-consuming")),
        )
        if bus._may_declare:
            await bus._declare_exchanges()
        return bus

    async def publish(self, message: Outgoing) -> None:
        await self._publisher.publish(message)

    async def after_failed_publish(self) -> None:
        await self._publisher.start_over()

    async def listen(self, listeners: list[Listener]) -> None:
        for listener in listeners:
            spec = topology.subscription_queue(self._service, listener.type)
            await self._consume(spec, listener.prefetch, listener.receive)

    async def listen_for_dead_letters(self, receive: Callable[[RabbitDelivery], None]) -> None:
        await self._consume(topology.dead_letter_queue(self._service), DEAD_LETTER_PREFETCH, receive)

    async def _consume(
        self, spec: topology.QueueSpec, prefetch: int, receive: Callable[[RabbitDelivery], None]
    ) -> None:
        channel = await self._open_channel()
        await channel.set_qos(prefetch_count=prefetch)
        queue = await self._queue(channel, spec)

        async def on_message(message: AbstractIncomingMessage) -> None:
            receive(RabbitDelivery(message, self._users))

        self._consumers.append((queue, await queue.consume(on_message)))
        self._channels.append(channel)

    async def declare_queues(self, specs: list[topology.QueueSpec]) -> None:
        """Declare the queues of other services too, so that no event is lost that is published before they start.

        A service with a user of its own may declare nothing, and looks whether they are there. Raises QueueMissing.
        """
        channel = await self._open_channel()
        for spec in specs:
            await self._queue(channel, spec)
        await channel.close()

    async def unbind_queues(self, specs: list[topology.QueueSpec]) -> None:
        """Route nothing more to these queues. A queue or binding that does not exist is no error.

        A service with a user of its own may not do that: `broker-definitions` names the queues to delete.
        """
        if not self._may_declare:
            return
        channel = await self._open_channel()
        raw = await channel.get_underlay_channel()
        for spec in specs:
            await raw.queue_unbind(spec.name, spec.exchange, spec.routing_key)
        await channel.close()

    async def _queue(self, channel: AbstractRobustChannel, spec: topology.QueueSpec) -> AbstractRobustQueue:
        if self._may_declare:
            return await _declare(channel, spec)
        try:
            return await channel.declare_queue(spec.name, durable=True, passive=True)
        except aio_pika.exceptions.ChannelNotFoundEntity as error:
            raise QueueMissing(spec.name) from error

    async def _declare_exchanges(self) -> None:
        channel = await self._open_channel()
        for spec in topology.EXCHANGES:
            arguments: Any = spec.arguments
            await channel.declare_exchange(spec.name, spec.type, durable=True, arguments=arguments)
        await _declare(channel, topology.unrouted_queue())
        await channel.close()

    async def stop_listening(self) -> None:
        consumers, self._consumers = self._consumers, []
        # Without a connection nothing is delivered, and a cancellation would wait for the broker to come back.
        if self._consuming.connected.is_set():
            await asyncio.gather(*(quietly(queue.cancel(tag)) for queue, tag in consumers))

    def attached(self) -> bool:
        return self._consuming.connected.is_set() and all(not channel.is_closed for channel in self._channels)

    async def close(self) -> None:
        self._consumers.clear()
        await self._publisher.start_over()
        await asyncio.gather(*(quietly(channel.close()) for channel in self._channels))
        await quietly(self._consuming.close())

    async def _open_channel(self) -> AbstractRobustChannel:
        opened = await self._consuming.channel()
        assert isinstance(opened, AbstractRobustChannel)
        return opened


def _address(url: str, name: str) -> str:
    """The broker's address with the connection's name and our timeouts."""
    separator = "&" if "?" in url else "?"
    return f"{url}{separator}name={name}&heartbeat={HEARTBEAT_S}&reconnect_interval=1"


async def _connect(address: str) -> AbstractRobustConnection:
    while True:
        try:
            return await aio_pika.connect_robust(address, timeout=CONNECT_TIMEOUT_S)
        except BROKER_TROUBLE as error:
            _log.warning("broker_not_reachable", error=type(error).__name__)
            await asyncio.sleep(1)


async def _declare(channel: AbstractRobustChannel, spec: topology.QueueSpec) -> AbstractRobustQueue:
    arguments: Any = spec.arguments
    queue = await channel.declare_queue(spec.name, durable=True, arguments=arguments)
    await queue.bind(spec.exchange, spec.routing_key)
    return queue
