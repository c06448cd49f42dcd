"""The one way a message is taken in, on both buses: decode → inbox → handler → commit → acknowledge."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

import structlog

from shared.contracts.envelope import Envelope, Fact
from shared.contracts.registry import open_envelope
from shared.db.database import Cause, Database
from shared.messaging import inbox
from shared.messaging.bus import Incoming
from shared.messaging.filing import Filing
from shared.messaging.outcome import Nature, describe, nature
from shared.messaging.subscription import Heard, Subscription
from shared.observability.logs import correlated
from shared.observability.metrics import MESSAGES

CONFLICT_PAUSES_S = (0.05, 0.15, 0.5)
OUTAGE_PAUSES_S = (0.2, 0.5, 1, 2, 5, 5, 5, 10, 10, 10, 10)
"""So long a message is held for a database that is away; then it is noted down as soon as that is possible, because it
may be the message itself that breaks the connection each time."""

_log = structlog.get_logger(__name__)
_random = SystemRandom()


@dataclass(frozen=True)
class Decoded:
    incoming: Incoming
    envelope: Envelope
    fact: Fact

    @property
    def cause(self) -> Cause:
        return Cause(self.envelope.correlationid, self.envelope.id)

    @property
    def text(self) -> str:
        return self.incoming.body.decode("utf-8")


class Pipeline:
    """Takes in messages for one consumer of one service."""

    def __init__(self, consumer: str, subscription: Subscription, database: Database, tools: Any) -> None:
        self.consumer = consumer
        self.subscription = subscription
        self._database = database
        self._tools = tools
        self._filing = Filing(consumer, database)

    async def take(self, messages: Sequence[Incoming]) -> None:
        """Handle or note down every message, then acknowledge it. A cancelled take settles nothing."""
        decoded = [found for message in messages if (found := await self._decode(message)) is not None]
        if decoded:
            await self._take_decoded(decoded)

    async def park(self, message: Incoming, reason: str) -> None:
        """File a message that is not to be handled, and acknowledge it."""
        await self._filing.park(message, reason)

    async def again(self, due: inbox.Due) -> bool:
        """Another attempt at a waiting message; false when another process has it or has finished it."""
        envelope = Envelope.model_validate_json(due.body)
        try:
            with correlated(envelope.correlationid):
                tried = await self._handle_again(due, envelope)
        except Exception as error:
            await self._filing.failed(envelope, due.body, due.attempts + 1, error)
            return True
        if tried:
            MESSAGES.labels(self.consumer, "handled").inc()
        return tried

    async def _decode(self, message: Incoming) -> Decoded | None:
        try:
            envelope = Envelope.model_validate_json(message.body)
            return Decoded(message, envelope, open_envelope(envelope))
        except Exception as error:
            await self.park(message, describe(error))
            return None

    async def _take_decoded(self, decoded: Sequence[Decoded]) -> None:
        try:
            await self._handle(decoded)
        except Exception as error:
            await self._after_error(decoded, error)
        else:
            await self._settle(decoded)

    async def _after_error(self, decoded: Sequence[Decoded], error: Exception) -> None:
        if nature(error) is Nature.OUTAGE:
            await self._hold(decoded, error)
        elif len(decoded) > 1:
            for one in decoded:
                await self._take_decoded([one])
        else:
            await self._note_down(decoded[0], error)

    async def _handle(self, decoded: Sequence[Decoded]) -> None:
        """Once, or a few times when the database asks for it: a conflict is nobody's fault and passes."""
        with correlated(decoded[0].envelope.correlationid):
            prepared = await self._prepare(decoded)
            for pause_s in CONFLICT_PAUSES_S:
                try:
                    return await self._handle_once(decoded, prepared)
                except Exception as error:
                    if nature(error) is not Nature.CONFLICT:
                        raise
                await asyncio.sleep(pause_s * _random.uniform(0.5, 1.5))
            await self._handle_once(decoded, prepared)

    async def _prepare(self, decoded: Sequence[Decoded]) -> list[Any]:
        if self.subscription.prepare is None:
            return [None] * len(decoded)
        return await asyncio.gather(*(self.subscription.prepare(self._tools, one.fact) for one in decoded))

    async def _handle_once(self, decoded: Sequence[Decoded], prepared: Sequence[Any]) -> None:
        names = [(one.envelope.id, one.envelope.subject) for one in decoded]
        async with self._database.unit(decoded[0].cause) as work:
            entered = await inbox.enter(work.session, self.consumer, names)
            for one in decoded:
                if one.envelope.id in entered.behind:
                    await inbox.wait_behind(work.session, self.consumer, one.envelope.id, one.text, work.clock.now())
            pairs = _first_of_each(decoded, prepared, entered)
            if pairs:
                heard = [Heard(one.fact, one.cause) for one, _ in pairs]
                await self.subscription.handle(work, heard, [ready for _, ready in pairs])

    async def _handle_again(self, due: inbox.Due, envelope: Envelope) -> bool:
        """The waiting row is locked in the transaction of the effect, so no other process tries it meanwhile."""
        fact = open_envelope(envelope)
        cause = Cause(envelope.correlationid, envelope.id)
        ready = await self.subscription.prepare(self._tools, fact) if self.subscription.prepare else None
        async with self._database.unit(cause) as work:
            if not await inbox.lock(work.session, due):
                return False
            await inbox.finish(work.session, due)
            await self.subscription.handle(work, [Heard(fact, cause)], [ready])
        return True

    async def _hold(self, decoded: Sequence[Decoded], error: Exception) -> None:
        """The database is away. Keep the messages in hand and probe with them until it is back: no storm, no loss."""
        for pause_s in OUTAGE_PAUSES_S:
            _log.warning("database_away", consumer=self.consumer, error=type(error).__name__)
            await asyncio.sleep(pause_s)
            try:
                await self._handle(decoded)
            except Exception as again:
                if nature(again) is not Nature.OUTAGE:
                    return await self._after_error(decoded, again)
            else:
                return await self._settle(decoded)
        for one in decoded:
            await self._note_down(one, error)

    async def _note_down(self, one: Decoded, error: Exception) -> None:
        await self._filing.failed(one.envelope, one.text, 1, error)
        await one.incoming.acknowledge()

    async def _settle(self, decoded: Sequence[Decoded]) -> None:
        MESSAGES.labels(self.consumer, "handled").inc(len(decoded))
        if self.subscription.workers == 1:
            # One worker takes deliveries in their order, so whatever came before the last of these is settled too.
            return await decoded[-1].incoming.acknowledge_through()
        for one in decoded:
            await one.incoming.acknowledge()


def _first_of_each(
    decoded: Sequence[Decoded], prepared: Sequence[Any], entered: inbox.Entered
) -> list[tuple[Decoded, Any]]:
    """Fresh messages once each: a window may hold the same message twice."""
    chosen: dict[object, tuple[Decoded, Any]] = {}
    for one, ready in zip(decoded, prepared, strict=True):
        if one.envelope.id in entered.fresh:
            chosen.setdefault(one.envelope.id, (one, ready))
    return list(chosen.values())
