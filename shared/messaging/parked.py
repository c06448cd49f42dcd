"""The parked messages of a service: list, show, replay, or discard with a reason."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db.sql import run
from shared.messaging.origin import ForgedEvent

FORGED = f"{ForgedEvent.__name__}:"
"""How the reason of a message begins that must never be handled."""

_LIST = sa.text(
    "select consumer, message_id, key, attempts, reason, body, received_at from inbox where state = 'parked' "
    "order by seq limit :limit"
)
_SHOW = sa.text(
    "select consumer, message_id, key, attempts, reason, body, received_at from inbox where state = 'parked' "
    "and message_id = :message_id order by consumer"
)
_REPLAY = sa.text(
    "update inbox set state = 'waiting', attempts = 0, next_attempt_at = :now "
    "where state = 'parked' and not starts_with(reason, :forged) "
    "and (cast(:message_id as uuid) is null or message_id = :message_id)"
)
_DISCARD = sa.text(
    "update inbox set state = 'discarded', reason = :reason where state = 'parked' and message_id = :message_id"
)


@dataclass(frozen=True)
class ParkedMessage:
    consumer: str
    message_id: UUID
    key: UUID | None
    attempts: int
    reason: str
    body: str
    received_at: datetime


async def parked(session: AsyncSession, limit: int = 1000) -> list[ParkedMessage]:
    """The parked messages, oldest first."""
    rows = (await run(session, _LIST, limit=limit)).mappings()
    return [ParkedMessage(**row) for row in rows]


async def parked_message(session: AsyncSession, message_id: UUID) -> list[ParkedMessage]:
    """One parked message; several when more than one consumer of the service has parked it."""
    rows = (await run(session, _SHOW, message_id=message_id)).mappings()
    return [ParkedMessage(**row) for row in rows]


async def replay(session: AsyncSession, now: datetime, message_id: UUID | None = None) -> int:
    """Give one parked message, or all of them, a new round of attempts, except forged ones; returns how many."""
    result = await run(session, _REPLAY, now=now, message_id=message_id, forged=FORGED)
    return int(result.rowcount)


async def discard(session: AsyncSession, message_id: UUID, reason: str) -> int:
    """Never handle a parked message; its row stays, with the reason. Returns how many rows it had."""
    result = await run(session, _DISCARD, message_id=message_id, reason=f"discarded: {reason}")
    return int(result.rowcount)
