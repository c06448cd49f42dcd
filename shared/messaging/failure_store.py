"""Writing down what could not be handled. Nothing is acknowledged before it stands in the inbox."""

import asyncio
from datetime import datetime
from itertools import chain, repeat
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog

from shared.contracts.envelope import Envelope
from shared.db.database import Cause, Database
from shared.messaging import inbox
from shared.messaging.bus import Incoming
from shared.messaging.outcome import Nature, Waiting, after_failure, describe, nature
from shared.observability.metrics import MESSAGES

STORE_PAUSES_S = (0.2, 0.5, 1, 2)
STORE_PAUSE_AT_LAST_S = 5.0

_log = structlog.get_logger(__name__)


class FailureStore:
    """The inbox as one consumer writes its failures into it."""

    def __init__(self, consumer: str, database: Database) -> None:
        self._consumer = consumer
        self._database = database

    async def park(self, message: Incoming, reason: str) -> None:
        """File a message that cannot be handled as it is. What cannot be read gets an id from its bytes."""
        body = inbox.storable(message.body.decode("utf-8", errors="replace"))
        message_id, key = _identity(message.body)
        await self._store(inbox.Kept(self._consumer, message_id, key, "parked", 0, None, reason, body))
        MESSAGES.labels(self._consumer, "parked").inc()
        _log.error("message_parked", consumer=self._consumer, message_id=str(message_id), reason=reason)
        await message.acknowledge()

    async def failed(self, envelope: Envelope, body: str, attempts: int, error: Exception) -> None:
        """Keep a message after attempt number `attempts` (1 for the first): waiting, or parked when that is no use."""
        outcome = after_failure(error, attempts, self._database.clock.now())
        state, until = ("waiting", outcome.until) if isinstance(outcome, Waiting) else ("parked", None)
        await self._keep(envelope, body, attempts, error, (state, until))

    async def _keep(
        self, envelope: Envelope, body: str, attempts: int, error: Exception, outcome: tuple[str, datetime | None]
    ) -> None:
        state, until = outcome
        reason = describe(error)
        kept = inbox.Kept(self._consumer, envelope.id, envelope.subject, state, attempts, until, reason, body)
        await self._store(kept)
        MESSAGES.labels(self._consumer, state).inc()
        _log.warning(
            "message_failed",
            consumer=self._consumer,
            message_id=str(envelope.id),
            outcome=state,
            attempts=attempts,
            reason=reason,
            exc_info=error if nature(error) is Nature.BUG else None,
        )

    async def _store(self, kept: inbox.Kept) -> None:
        """Write it down however long the database is away, or another copy of the message holds the row."""
        for pause_s in chain(STORE_PAUSES_S, repeat(STORE_PAUSE_AT_LAST_S)):
            try:
                async with self._database.unit(Cause("inbox")) as work:
                    return await inbox.keep(work.session, kept)
            except Exception as error:
                if nature(error) in (Nature.BUG, Nature.PERMANENT):
                    raise
                _log.warning("not_noted_down_yet", consumer=self._consumer, error=type(error).__name__)
            await asyncio.sleep(pause_s)


def _identity(body: bytes) -> tuple[UUID, UUID | None]:
    try:
        envelope = Envelope.model_validate_json(body)
    except ValueError:
        return uuid5(NAMESPACE_URL, body.hex()), None
    return envelope.id, envelope.subject
