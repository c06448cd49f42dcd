"""Retention in a service's own database: deletes what is old, batch by batch, and marks how far.

The time of an event is the one in its id (UUID version 7), the same in the outbox of its owner and in every inbox, so
that `verify` compares like with like. What is unfinished stays, however old: events that are unpublished or stuck,
messages that wait or are parked, requests without an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db.base import UNTIMED
from shared.db.sql import run
from shared.ids import first_id_at

OUTBOX, INBOX, IDEMPOTENCY = "outbox", "inbox", "idempotency"
BATCH = 2000
"""Rows of one transaction: it takes milliseconds, and holds up neither vacuum nor anyone else."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

OUTBOX_COMPLETE_FROM = (
    "(select coalesce(max(dropped_before) + interval '1 day', 'epoch') from retention_mark where what = 'outbox')"
)
"""For invariants, in SQL: what happened from this moment on has all its events in the outbox, and of earlier ones some
may have been deleted. The day is for an event that is emitted before the moment it is about, or by another clock."""

_TRY_LOCK = sa.text("select pg_try_advisory_xact_lock(hashtext('retention'))")

_MARK = sa.text(
    """
    insert into retention_mark (what, dropped_before) values (:what, :before)
    on conflict (what) do update set dropped_before = excluded.dropped_before
    where retention_mark.dropped_before < excluded.dropped_before
    """
)
_MARKS = sa.text("select what, dropped_before from retention_mark")

# Every consumer that has rows, by one step down the primary key for each: there may be many rows, and few consumers.
_CONSUMERS = sa.text(
    """
    with recursive step (consumer) as (
        select min(consumer) from inbox
        union all
        select (select min(consumer) from inbox where consumer > step.consumer) from step where consumer is not null
    )
    select consumer from step where consumer is not null
    """
)

_DELETE_EVENTS = sa.text(
    """
    delete from outbox where event_id in (
        select event_id from outbox where event_id >= :after and event_id < :before and published_at is not null
        order by event_id limit :batch for update skip locked
    ) returning event_id as position
    """
)

_DELETE_MESSAGES = sa.text(
    f"""
    delete from inbox where consumer = :consumer and message_id in (
        select message_id from inbox
        where consumer = :consumer and message_id >= :after and message_id < :before
          and state in ('handled', 'discarded') and not ({UNTIMED})
        order by message_id limit :batch for update skip locked
    ) returning message_id as position
    """  # noqa: S608  # a constant of our own
)

_DELETE_UNTIMED = sa.text(
    f"""
    delete from inbox using (
        select consumer, message_id from inbox
        where {UNTIMED} and received_at >= :after and received_at < :before and state in ('handled', 'discarded')
        order by received_at limit :batch for update skip locked
    ) as old
    where inbox.consumer = old.consumer and inbox.message_id = old.message_id
    returning inbox.received_at as position
    """  # noqa: S608  # a constant of our own
)

_EMPTY_DISCARDED = sa.text(
    """
    update inbox set body = null from (
        select consumer, message_id from inbox
        where state = 'discarded' and body is not null and received_at >= :after and received_at < :before
        order by received_at limit :batch for update skip locked
    ) as old
    where inbox.consumer = old.consumer and inbox.message_id = old.message_id
    returning inbox.received_at as position
    """
)

_DELETE_KEYS = sa.text(
    """
    delete from idempotency using (
        select client_id, key from idempotency
        where created_at >= :after and created_at < :before and status is not null
        order by created_at limit :batch for update skip locked
    ) as old
    where idempotency.client_id = old.client_id and idempotency.key = old.key
    returning idempotency.created_at as position
    """
)

Position = UUID | datetime


@dataclass(frozen=True)
class Pruning:
    """One kind of row to prune: those whose id or time is at least `after` and less than `before`."""

    what: str
    """For the metric."""
    statement: sa.TextClause
    after: Position
    before: Position
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Pruned:
    """What a batch did, and from where the next one goes on: old entries of the index are not read twice."""

    rows: int
    position: Position | None


def old_events(before: datetime) -> Pruning:
    """Published events of before then."""
    return Pruning("outbox", _DELETE_EVENTS, UUID(int=0), first_id_at(before), {})


def old_messages(consumer: str, before: datetime) -> Pruning:
    """A consumer's handled and discarded messages of before then."""
    return Pruning("inbox", _DELETE_MESSAGES, UUID(int=0), first_id_at(before), {"consumer": consumer})


def old_untimed_messages(before: datetime) -> Pruning:
    """The same for messages without a time in their id, by when they were received: unreadable ones have such ids."""
    return Pruning("inbox", _DELETE_UNTIMED, BEGINNING, before, {})


def discarded_bodies(before: datetime) -> Pruning:
    """Bodies of discarded messages that were received before then."""
    return Pruning("discarded bodies", _EMPTY_DISCARDED, BEGINNING, before, {})


def old_idempotency_keys(before: datetime) -> Pruning:
    return Pruning("idempotency", _DELETE_KEYS, BEGINNING, before, {})


async def try_lock(session: AsyncSession) -> bool:
    """Lock retention for this transaction; false when another process is at it."""
    return bool((await run(session, _TRY_LOCK)).scalar_one())


async def mark(session: AsyncSession, what: str, before: datetime) -> None:
    """Note that rows of before then may be missing. A mark never goes back."""
    await run(session, _MARK, what=what, before=before)


async def marks(session: AsyncSession) -> dict[str, datetime]:
    """How far each table has been deleted; one that is not in the answer is complete."""
    return {row.what: row.dropped_before for row in (await run(session, _MARKS)).all()}


async def consumers(session: AsyncSession) -> list[str]:
    """Every consumer that the inbox has rows of, also those that the service no longer has."""
    return list((await run(session, _CONSUMERS)).scalars())


async def prune(session: AsyncSession, pruning: Pruning, after: Position) -> Pruned:
    """One batch, from this position on."""
    bounds = {"after": after, "before": pruning.before, "batch": BATCH}
    positions = list((await run(session, pruning.statement, **bounds, **pruning.values)).scalars())
    return Pruned(len(positions), max(positions, default=None))
