"""Stores messages that could not be handled in the inbox. Nothing is acknowledged before it is stored."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import chain, repeat
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog

from shared.contracts.envelope import Envelope
from shared.db.database import Cause, Database, UnitOfWork
from shared.messaging import inbox, topology
from shared.messaging.bus import Incoming
from shared.messaging.origin import ForgedEvent
from shared.messaging.outcome import Nature, Waiting, after_failure, describe, nature
from shared.observability.metrics import MESSAGES

STORE_PAUSES_S = (0.2, 0.5, 1, 2)
LAST_STORE_PAUSE_S = 5.0

_log = structlog.get_logger(__name__)


OnParked = Callable[[UnitOfWork, Envelope, str], Awaitable[None]]
"""What else is done in the transaction that parks a message that can be read, with the reason."""


class FailureStore:
    """Where one consumer records its failures."""

    def __init__(self, consumer: str, database: Database, on_parked: OnParked | None = None) -> None:
        self._consumer = consumer
        self._database = database
        self._on_parked = on_parked

    async def park(self, message: Incoming, reason: str) -> None:
        """Park a message and acknowledge it. A message that cannot be read gets an id derived from its bytes, and so
        does a forged one: it must never take the place of a true message with that id."""
        body = inbox.storable(message.body.decode("utf-8", errors="replace"))
        envelope: Envelope | None = None
        try:
            envelope = _envelope(message, self._consumer)
        except ForgedEvent as error:
            reason = describe(error)
        message_id, key = (envelope.id, envelope.subject) if envelope else (_id_of_bytes(message.body), None)
        failed = inbox.FailedMessage(self._consumer, message_id, key, "parked", 0, None, reason, body)
        await self._store(failed, envelope)
        MESSAGES.labels(self._consumer, "parked").inc()
        _log.error("message_parked", consumer=self._consumer, message_id=str(message_id), reason=reason)
        await message.acknowledge()

    async def park_again(self, due: inbox.Due, reason: str) -> None:
        """Park a waiting message that cannot be read: it was parked before and has been replayed, or it is damaged."""
        await self._store(
            inbox.FailedMessage(
                self._consumer, due.message_id, None, "parked", due.attempts + 1, None, reason, due.body
            )
        )
        MESSAGES.labels(self._consumer, "parked").inc()
        _log.error("message_parked", consumer=self._consumer, message_id=str(due.message_id), reason=reason)

    async def failed(self, envelope: Envelope, body: str, earlier: int, error: Exception) -> None:
        """Store a message whose attempt failed, after `earlier` failed ones: waiting, or parked when it is no use."""
        outcome = after_failure(error, earlier, self._database.clock.now())
        state, until = ("waiting", outcome.until) if isinstance(outcome, Waiting) else ("parked", None)
        message = inbox.FailedMessage(
            self._consumer, envelope.id, envelope.subject, state, outcome.attempts, until, describe(error), body
        )
        await self._store(message, envelope if state == "parked" else None)
        MESSAGES.labels(self._consumer, state).inc()
        _log.warning(
            "message_failed",
            consumer=message.consumer,
            message_id=str(message.message_id),
            outcome=state,
            attempts=outcome.attempts,
            reason=message.reason,
            exc_info=error if nature(error) is Nature.BUG else None,
        )

    async def _store(self, message: inbox.FailedMessage, parked: Envelope | None = None) -> None:
        """Keep trying while the database is away, or another copy of the message holds the row."""
        for pause_s in chain(STORE_PAUSES_S, repeat(LAST_STORE_PAUSE_S)):
            try:
                async with self._database.unit(Cause("inbox")) as work:
                    stored = await inbox.store_failed(work.session, message)
                    if stored and parked is not None:
                        await self._follow_up(work, parked, message.reason)
                    return
            except Exception as error:
                if nature(error) in (Nature.BUG, Nature.PERMANENT):
                    raise
                _log.warning("failure_not_stored_yet", consumer=self._consumer, error=type(error).__name__)
            await asyncio.sleep(pause_s)

    async def _follow_up(self, work: UnitOfWork, envelope: Envelope, reason: str) -> None:
        """A bug here must not keep the message from being parked: it undoes what it did, and is logged."""
        if self._on_parked is None:
            return
        try:
            async with work.attempt():
                await self._on_parked(work, envelope, reason)
        except Exception as error:
            if nature(error) not in (Nature.BUG, Nature.PERMANENT):
                raise
            _log.exception("parked_hook_failed", consumer=self._consumer, message_id=str(envelope.id))


def _envelope(message: Incoming, consumer: str) -> Envelope | None:
    """None for what cannot be read. Raises ForgedEvent.

    A replay may read what cannot be read now, so then the consumer's type says who the owner is: the stored text has
    other characters in place of those that PostgreSQL cannot store.
    """
    try:
        envelope = Envelope.model_validate_json(message.body)
    except ValueError:
        message.check_origin(topology.event_type(consumer))
        return None
    message.check_origin(envelope.type)
    return envelope


def _id_of_bytes(body: bytes) -> UUID:
    return uuid5(NAMESPACE_URL, body.hex())
