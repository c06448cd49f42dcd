"""How a message is handled, on both buses: decode → inbox → handler → commit → acknowledge."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import Any, Generic, TypeVar

import structlog

from shared.batches import first_by_key
from shared.contracts.envelope import Envelope, Event
from shared.contracts.registry import open_envelope
from shared.db.database import Cause, Database, UnitOfWork
from shared.messaging import inbox
from shared.messaging.bus import Incoming
from shared.messaging.failure_store import FailureStore
from shared.messaging.origin import ForgedEvent
from shared.messaging.outcome import Nature, describe, nature
from shared.messaging.subscription import Received, Subscription
from shared.observability.logs import correlated
from shared.observability.metrics import MESSAGES

CONFLICT_PAUSES_S = (0.05, 0.15, 0.5)
OUTAGE_PAUSES_S = (0.2, 0.5, 1, 2, 5, 5, 5, 10, 10, 10, 10)
"""How long a message is held while the database is away. After that it is set to wait as soon as it can be stored,
because the message itself may be what breaks the connection each time; no attempt is spent."""

T = TypeVar("T")
_log = structlog.get_logger(__name__)
_random = SystemRandom()


@dataclass(frozen=True)
class Decoded:
    incoming: Incoming
    envelope: Envelope
    event: Event

    @property
    def cause(self) -> Cause:
        return Cause(self.envelope.correlationid, self.envelope.id)

    @property
    def text(self) -> str:
        return self.incoming.body.decode("utf-8")


class Pipeline(Generic[T]):
    """Handles the messages of one consumer; `tools` are the opened tools of its service."""

    def __init__(self, consumer: str, subscription: Subscription[T], database: Database, tools: T) -> None:
        self.consumer = consumer
        self.subscription = subscription
        self.batch_size = subscription.batch_size(tools)
        self.prefetch = subscription.prefetch(tools)
        self._database = database
        self._tools = tools
        self._failures = FailureStore(consumer, database, self._on_parked)

    async def take(self, messages: Sequence[Incoming]) -> None:
        """Handle every message or store it as failed, then acknowledge it. Nothing is settled when cancelled."""
        decoded = [message for incoming in messages if (message := await self._decode(incoming)) is not None]
        if decoded:
            await self._take_decoded(decoded)

    async def park(self, message: Incoming, reason: str) -> None:
        """Park a message without handling it, and acknowledge it."""
        await self._failures.park(message, reason)

    async def again(self, due: inbox.Due) -> bool:
        """Try a waiting message again; false when another process has locked or finished it."""
        try:
            envelope = self._read(due.body)
        except Exception as error:
            await self._failures.park_again(due, describe(error))
            return True
        try:
            with correlated(envelope.correlationid):
                handled = await self._handle_again(due, envelope)
        except Exception as error:
            await self._failures.failed(envelope, due.body, due.attempts, error)
            return True
        if handled:
            MESSAGES.labels(self.consumer, "handled").inc()
        return handled

    def _read(self, body: str | bytes) -> Envelope:
        """Raises ForgedEvent when it holds another type of event than its queue: the broker judged only the queue's."""
        envelope = Envelope.model_validate_json(body)
        if envelope.type != self.subscription.event.TYPE:
            raise ForgedEvent(f"{envelope.type} was published as {self.subscription.event.TYPE}")
        return envelope

    async def _decode(self, message: Incoming) -> Decoded | None:
        try:
            envelope = self._read(message.body)
            message.check_origin(envelope.type)
            return Decoded(message, envelope, open_envelope(envelope))
        except Exception as error:
            await self.park(message, describe(error))
            return None

    async def _take_decoded(self, messages: Sequence[Decoded]) -> None:
        try:
            await self._handle(messages)
        except Exception as error:
            await self._after_error(messages, error)
        else:
            await self._settle(messages)

    async def _after_error(self, messages: Sequence[Decoded], error: Exception) -> None:
        if nature(error) is Nature.OUTAGE:
            await self._hold(messages, error)
        elif len(messages) > 1:
            for message in messages:
                await self._take_decoded([message])
        else:
            await self._store_failed(messages[0], error)

    async def _handle(self, messages: Sequence[Decoded]) -> None:
        """Handle the messages, with a few more attempts when the transaction conflicts with another."""
        with correlated(messages[0].envelope.correlationid):
            prepared = await self._prepare(messages)
            for pause_s in CONFLICT_PAUSES_S:
                try:
                    return await self._handle_once(messages, prepared)
                except Exception as error:
                    if nature(error) is not Nature.CONFLICT:
                        raise
                await asyncio.sleep(pause_s * _random.uniform(0.5, 1.5))
            await self._handle_once(messages, prepared)

    async def _prepare(self, messages: Sequence[Decoded]) -> list[Any]:
        if self.subscription.prepare is None:
            return [None] * len(messages)
        work = [self.subscription.prepare(self._tools, message.event) for message in messages]
        return await _all_or_none(work)

    async def _handle_once(self, messages: Sequence[Decoded], prepared: Sequence[Any]) -> None:
        keys = [(message.envelope.id, message.envelope.subject) for message in messages]
        async with self._database.unit(messages[0].cause) as work:
            entered = await inbox.enter(work.session, self.consumer, keys)
            for message in messages:
                if message.envelope.id in entered.behind:
                    await inbox.wait_behind(
                        work.session, self.consumer, message.envelope.id, message.text, work.clock.now()
                    )
            fresh = _fresh(messages, prepared, entered)
            if fresh:
                received = [Received(message.event, message.cause) for message, _ in fresh]
                await self.subscription.handle(work, self._tools, received, [result for _, result in fresh])

    async def _handle_again(self, due: inbox.Due, envelope: Envelope) -> bool:
        """The waiting row stays locked for the whole transaction, so no other process tries it meanwhile."""
        event = open_envelope(envelope)
        cause = Cause(envelope.correlationid, envelope.id)
        prepared = await self.subscription.prepare(self._tools, event) if self.subscription.prepare else None
        async with self._database.unit(cause) as work:
            if not await inbox.lock(work.session, due):
                return False
            await inbox.finish(work.session, due)
            await self.subscription.handle(work, self._tools, [Received(event, cause)], [prepared])
        return True

    async def _on_parked(self, work: UnitOfWork, envelope: Envelope, reason: str) -> None:
        if self.subscription.parked is not None:
            received = Received(open_envelope(envelope), Cause(envelope.correlationid, envelope.id))
            await self.subscription.parked(work, self._tools, received, reason)

    async def _hold(self, messages: Sequence[Decoded], error: Exception) -> None:
        """The database is away: hold the messages and retry them, ever more slowly, until it is back."""
        for pause_s in OUTAGE_PAUSES_S:
            _log.warning("database_away", consumer=self.consumer, error=type(error).__name__)
            await asyncio.sleep(pause_s)
            try:
                await self._handle(messages)
            except Exception as next_error:
                if nature(next_error) is not Nature.OUTAGE:
                    return await self._after_error(messages, next_error)
            else:
                return await self._settle(messages)
        for message in messages:
            await self._store_failed(message, error)

    async def _store_failed(self, message: Decoded, error: Exception) -> None:
        await self._failures.failed(message.envelope, message.text, 0, error)
        await message.incoming.acknowledge()

    async def _settle(self, messages: Sequence[Decoded]) -> None:
        MESSAGES.labels(self.consumer, "handled").inc(len(messages))
        if self.subscription.workers == 1:
            # One worker handles deliveries in order, so everything before the last of these is settled too.
            return await messages[-1].incoming.acknowledge_through()
        for message in messages:
            await message.incoming.acknowledge()


async def _all_or_none(work: Sequence[Awaitable[T]]) -> list[T]:
    """The results of work done at once. When one fails or this is cancelled, the others have ended before it raises, so
    that none of them goes on beside its own repetition."""
    tasks = [asyncio.ensure_future(result) for result in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _fresh(messages: Sequence[Decoded], prepared: Sequence[Any], entered: inbox.Entered) -> list[tuple[Decoded, Any]]:
    """The messages to handle now, each with what was prepared for it."""
    pairs = [pair for pair in zip(messages, prepared, strict=True) if pair[0].envelope.id in entered.fresh]
    return list(first_by_key(pairs, lambda pair: pair[0].envelope.id).values())
