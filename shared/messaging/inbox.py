"""The inbox: one row per consumer and message, saying whether it is handled, waiting for another attempt, or parked.

The row is written in the same transaction as the effect, so a redelivered message is recognised and has no effect.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db.sql import fetch, run

REASON_CHARACTERS = 2000

_ENTER = sa.text(
    """
    with entered as (
        insert into inbox (consumer, message_id, key, state)
        select :consumer, message_id, key, 'handled'
        from unnest(cast(:ids as uuid[]), cast(:keys as uuid[])) as new(message_id, key)
        on conflict do nothing
        returning message_id, key
    )
    select message_id, exists (
        select from inbox earlier
        where earlier.consumer = :consumer and earlier.key = entered.key and earlier.state = 'waiting'
    ) as behind
    from entered
    """
)

_STORE_FAILED = sa.text(
    """
    insert into inbox (consumer, message_id, key, state, attempts, next_attempt_at, reason, body)
    values (:consumer, :message_id, :key, :state, :attempts, :next_attempt_at, :reason, :body)
    on conflict (consumer, message_id) do update
    set state = excluded.state, attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at,
        reason = excluded.reason, body = excluded.body
    where inbox.state not in ('handled', 'discarded')
    returning message_id
    """
)

_WAIT_BEHIND = sa.text(
    "update inbox set state = 'waiting', next_attempt_at = :now, body = :body, "
    "reason = 'an earlier message of the same key is waiting' "
    "where consumer = :consumer and message_id = :message_id"
)

_DUE = sa.text(
    """
    select consumer, message_id, attempts, body from inbox due
    where consumer = :consumer and state = 'waiting' and next_attempt_at <= :now and not exists (
        select from inbox earlier
        where earlier.consumer = due.consumer and earlier.key = due.key
          and earlier.state = 'waiting' and earlier.seq < due.seq
    )
    order by seq limit :limit
    """
)

_COUNT_MISSING = sa.text(
    """
    select count(*)
    from unnest(cast(:consumers as text[]), cast(:ids as uuid[])) as named(consumer, message_id)
    where not exists (
        select from inbox
        where inbox.consumer = named.consumer and inbox.message_id = named.message_id
          and inbox.state in ('handled', 'discarded')
    )
    """
)

_CONSUMERS_DUE = sa.text("select distinct consumer from inbox where state = 'waiting' and next_attempt_at <= :now")

_LOCK = sa.text(
    "select 1 from inbox where consumer = :consumer and message_id = :message_id and state = 'waiting' "
    "for update skip locked"
)

_PUT_OFF = sa.text(
    "update inbox set next_attempt_at = :until "
    "where consumer = :consumer and message_id = :message_id and state = 'waiting'"
)

_MOVE = sa.text(
    """
    update inbox set consumer = :target
    where consumer = :consumer and message_id = :message_id and state = 'waiting' and not exists (
        select from inbox there where there.consumer = :target and there.message_id = :message_id
    )
    """
)

_DISCARD_WAITING = sa.text(
    "update inbox set state = 'discarded', next_attempt_at = null, reason = :reason "
    "where consumer = :consumer and message_id = :message_id and state = 'waiting'"
)

_FINISH = sa.text(
    "update inbox set state = 'handled', next_attempt_at = null, reason = null, body = null "
    "where consumer = :consumer and message_id = :message_id"
)


@dataclass(frozen=True)
class Entered:
    """New messages: those to handle now, and those that must wait behind an earlier one of the same key."""

    fresh: frozenset[UUID]
    behind: frozenset[UUID]


@dataclass(frozen=True)
class FailedMessage:
    """A message whose handling failed; `state` is `waiting` or `parked`."""

    consumer: str
    message_id: UUID
    key: UUID | None
    state: str
    attempts: int
    next_attempt_at: datetime | None
    reason: str
    body: str


@dataclass(frozen=True)
class Due:
    """A waiting message whose time has come. A body that is missing is read as an empty text."""

    consumer: str
    message_id: UUID
    attempts: int
    body: str


async def enter(session: AsyncSession, consumer: str, messages: Sequence[tuple[UUID, UUID]]) -> Entered:
    """Record (message id, key) pairs as handled. Messages that were already recorded are left out of the answer."""
    ids, keys = [message[0] for message in messages], [message[1] for message in messages]
    rows = await fetch(session, _ENTER, consumer=consumer, ids=ids, keys=keys)
    return Entered(
        fresh=frozenset(row.message_id for row in rows if not row.behind),
        behind=frozenset(row.message_id for row in rows if row.behind),
    )


async def count_missing(session: AsyncSession, messages: Sequence[tuple[str, UUID]]) -> int:
    """How many of these (consumer, message id) have not been handled: they are under way, waiting or parked."""
    consumers, ids = [message[0] for message in messages], [message[1] for message in messages]
    return int((await run(session, _COUNT_MISSING, consumers=consumers, ids=ids)).scalar_one())


async def store_failed(session: AsyncSession, message: FailedMessage) -> bool:
    """Store a message as waiting or parked; false for one that is handled or discarded, which stays so."""
    values = {**vars(message), "reason": storable(message.reason[:REASON_CHARACTERS])}
    return bool(await fetch(session, _STORE_FAILED, **values))


async def wait_behind(session: AsyncSession, consumer: str, message_id: UUID, body: str, now: datetime) -> None:
    """Set a message that was just entered to waiting: an earlier one of its key is waiting too."""
    await run(session, _WAIT_BEHIND, consumer=consumer, message_id=message_id, body=body, now=now)


def storable(text: str) -> str:
    """Text that PostgreSQL can store: without NUL characters and lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")


async def consumers_due(session: AsyncSession, now: datetime) -> set[str]:
    """Consumers that have a waiting message whose time has come."""
    return set((await run(session, _CONSUMERS_DUE, now=now)).scalars())


async def due(session: AsyncSession, consumer: str, now: datetime, limit: int = 20) -> list[Due]:
    """Waiting messages of a consumer whose time has come; of each key only the earliest."""
    rows = await fetch(session, _DUE, consumer=consumer, now=now, limit=limit)
    return [Due(row.consumer, row.message_id, row.attempts, row.body or "") for row in rows]


async def lock(session: AsyncSession, message: Due) -> bool:
    """Lock a waiting message for this transaction; false when another process has locked or finished it."""
    row = (await run(session, _LOCK, consumer=message.consumer, message_id=message.message_id)).first()
    return row is not None


async def put_off(session: AsyncSession, message: Due, until: datetime) -> None:
    """Leave a waiting message alone until then."""
    await run(session, _PUT_OFF, consumer=message.consumer, message_id=message.message_id, until=until)


async def move(session: AsyncSession, message: Due, target: str) -> None:
    """Give a waiting message to another consumer; discard it when that one has the message already."""
    keys = {"consumer": message.consumer, "message_id": message.message_id}
    await run(session, _MOVE, target=target, **keys)
    await run(session, _DISCARD_WAITING, reason=f"discarded: {target} has this message", **keys)


async def finish(session: AsyncSession, message: Due) -> None:
    """Mark a waiting message as handled."""
    await run(session, _FINISH, consumer=message.consumer, message_id=message.message_id)
