"""Publishing to RabbitMQ: a connection and channel of its own, replaced whenever a publish was not answered.

Not a robust connection: that would restore every channel it ever had, and a message must never be in flight twice on
one channel. A publisher under back-pressure blocks its whole connection, so consumers use another.
"""

import asyncio
from collections.abc import Awaitable

import aio_pika
import structlog
from aio_pika.abc import AbstractConnection, AbstractExchange
from aio_pika.exceptions import DeliveryError

from shared.contracts.envelope import CONTENT_TYPE
from shared.messaging import topology
from shared.messaging.bus import NotTaken, Outgoing, Rejected, Unanswered
from shared.messaging.origin import user_in

PUBLISH_TIMEOUT_S = 10.0
CLOSING_TIMEOUT_S = 3.0
BROKER_TROUBLE = (*aio_pika.exceptions.CONNECTION_EXCEPTIONS, asyncio.InvalidStateError)

_log = structlog.get_logger(__name__)


class Publisher:
    def __init__(self, address: str, service: str) -> None:
        self._address = address
        self._service = service
        self._user = user_in(address)
        self._opening: asyncio.Task[AbstractExchange] | None = None
        self._connection: AbstractConnection | None = None

    async def publish(self, message: Outgoing) -> None:
        """Return when the broker has confirmed the message for every queue.

        Raises NotTaken when the broker cannot be reached or `start_over` was called, Unanswered when the broker did not
        answer or broke off, and Rejected on a return or a nack: one queue is full or has no leader.
        """
        exchange = await self._reach()
        opened = self._opening
        try:
            async with asyncio.timeout(PUBLISH_TIMEOUT_S):
                await exchange.publish(_as_amqp(message, self._service, self._user), routing_key=message.type)
        except DeliveryError as error:
            raise Rejected(_words(error)) from error
        except TimeoutError as error:
            raise Unanswered(_words(error)) from error
        except BROKER_TROUBLE as error:
            broken_off = self._opening is opened
            raise (Unanswered if broken_off else NotTaken)(_words(error)) from error

    async def _reach(self) -> AbstractExchange:
        try:
            async with asyncio.timeout(PUBLISH_TIMEOUT_S):
                return await asyncio.shield(self._exchange())
        except BROKER_TROUBLE as error:
            raise NotTaken(_words(error)) from error

    async def start_over(self) -> None:
        """Close channel and connection; the next publish opens new ones."""
        opening, self._opening = self._opening, None
        connection, self._connection = self._connection, None
        if opening is not None:
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)
        if connection is not None:
            await quietly(connection.close())

    def _exchange(self) -> "asyncio.Task[AbstractExchange]":
        """Opened once, by the first publish; after a failure the next publish tries again."""
        opening = self._opening
        if opening is None or (opening.done() and (opening.cancelled() or opening.exception())):
            opening = self._opening = asyncio.create_task(self._open())
        return opening

    async def _open(self) -> AbstractExchange:
        connection = await aio_pika.connect(self._address, timeout=PUBLISH_TIMEOUT_S)
        self._connection = connection
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        return await channel.get_exchange(topology.EVENTS, ensure=False)


async def quietly(closing: Awaitable[object]) -> None:
    """Close something that may already be gone, or out of reach."""
    try:
        async with asyncio.timeout(CLOSING_TIMEOUT_S):
            await closing
    except BROKER_TROUBLE as error:
        _log.info("closing_failed", error=type(error).__name__)


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _as_amqp(message: Outgoing, service: str, user: str) -> aio_pika.Message:
    return aio_pika.Message(
        message.body,
        content_type=CONTENT_TYPE,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=str(message.message_id),
        type=message.type,
        app_id=service,
        user_id=user,
    )
