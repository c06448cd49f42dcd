"""Deliveries in the database. Every change of state asks for the attempt number that it speaks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.delivery.domain.delivery import ORIGINAL, Delivery, State
from services.delivery.domain.machine import Change
from shared.contracts.values import Artefact, DocumentSummary, Seller
from shared.db.bulk import as_json
from shared.db.sql import fetch

_COLUMNS = """d.delivery_id, d.client_id, d.document::text as document, d.seller::text as seller, d.pdf::text as pdf,
    d.channels, d.channel, d.email, d.message_id, d.state, d.attempt, d.failures, d.promised_at, d.created_at,
    d.correlation_id, d.causation_id"""


async def insert_new(session: AsyncSession, pairs: Sequence[tuple[Delivery, Change]]) -> set[UUID]:
    """Insert those whose document and purpose have no delivery yet; the ids of the ones that were new."""
    rows = [_new_row(delivery) | _change_row(delivery, change) for delivery, change in pairs]
    return {row.delivery_id for row in await fetch(session, _INSERT, rows=as_json(rows))}


async def any_ready(session: AsyncSession, now: datetime) -> bool:
    return bool(await fetch(session, _ANY_READY, now=now))


async def claim_ready(session: AsyncSession, now: datetime, limit: int, lease_s: float) -> list[Delivery]:
    """Take up due mails, each with a new attempt number and a lease; no two claims get the same one."""
    rows = await fetch(session, _CLAIM, now=now, limit=limit, lease_s=lease_s)
    return sorted(map(delivery_of, rows), key=lambda delivery: delivery.delivery_id)


async def apply(session: AsyncSession, pairs: Sequence[tuple[Delivery, Change]], among: Sequence[State]) -> set[UUID]:
    """Change those that still stand at the attempt spoken for and in one of these states; the ids of those changed."""
    rows = [_change_row(delivery, change) for delivery, change in pairs]
    return {row.delivery_id for row in await fetch(session, _APPLY, rows=as_json(rows), states=list(among))}


async def take_expired(session: AsyncSession, limit: int) -> list[Delivery]:
    """Lock deliveries that are still `sending` though their lease is over: whoever sent them is dead or asleep."""
    return [delivery_of(row) for row in await fetch(session, _LAPSED, limit=limit)]


@dataclass(frozen=True)
class Question:
    """An uncertain delivery to ask about, and for how many seconds it has been uncertain."""

    delivery: Delivery
    uncertain_s: float


async def take_questions(session: AsyncSession, pause_s: float, limit: int) -> list[Question]:
    """Uncertain deliveries not asked about for `pause_s` seconds, marked as asked about now."""
    rows = await fetch(session, _QUESTIONS, pause_s=pause_s, limit=limit)
    return [Question(delivery_of(row), float(row.uncertain_s)) for row in rows]


async def take_delayed(session: AsyncSession, now: datetime, limit: int) -> list[tuple[Delivery, str | None]]:
    """Deliveries past their promise whose delay was never told, marked as told; each with the reason it waits."""
    return [(delivery_of(row), row.reason) for row in await fetch(session, _DELAYED, now=now, limit=limit)]


async def lock(session: AsyncSession, client_id: UUID, delivery_id: UUID) -> Delivery | None:
    rows = await fetch(session, _LOCK, client_id=client_id, delivery_id=delivery_id)
    return delivery_of(rows[0]) if rows else None


def delivery_of(row: Any) -> Delivery:
    return Delivery(
        delivery_id=row.delivery_id,
        client_id=row.client_id,
        document=DocumentSummary.model_validate_json(row.document),
        seller=Seller.model_validate_json(row.seller),
        pdf=Artefact.model_validate_json(row.pdf),
        channels=tuple(row.channels),
        channel=row.channel,
        email=row.email,
        message_id=row.message_id,
        state=row.state,
        attempt=row.attempt,
        failures=row.failures,
        promised_at=row.promised_at,
        created_at=row.created_at,
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
    )


def _new_row(delivery: Delivery) -> dict[str, Any]:
    return {
        "client_id": delivery.client_id,
        "document_id": delivery.document.document_id,
        "purpose": ORIGINAL,
        "channels": list(delivery.channels),
        "email": delivery.email,
        "message_id": delivery.message_id,
        "document": delivery.document.model_dump(mode="json"),
        "seller": delivery.seller.model_dump(mode="json"),
        "pdf": delivery.pdf.model_dump(mode="json"),
        "correlation_id": delivery.correlation_id,
        "causation_id": delivery.causation_id,
        "created_at": delivery.created_at,
    }


def _change_row(delivery: Delivery, change: Change) -> dict[str, Any]:
    return {"delivery_id": delivery.delivery_id, "attempt": delivery.attempt, **vars(change)}


_INSERT = sa.text(
    """
    insert into delivery (delivery_id, client_id, document_id, purpose, state, channel, channels, email, message_id,
        document, seller, pdf, attempt, failures, next_attempt_at, promised_at, reason, correlation_id, causation_id,
        created_at)
    select x.delivery_id, x.client_id, x.document_id, x.purpose, x.state, x.channel, x.channels, x.email, x.message_id,
        x.document, x.seller, x.pdf, 0, 0, x.next_attempt_at, x.promised_at, x.reason, x.correlation_id, x.causation_id,
        x.created_at
    from jsonb_to_recordset(cast(:rows as jsonb)) as x(delivery_id uuid, client_id uuid, document_id uuid, purpose text,
        state text, channel text, channels text[], email text, message_id text, document jsonb, seller jsonb, pdf jsonb,
        next_attempt_at timestamptz, promised_at timestamptz, reason text, correlation_id text, causation_id uuid,
        created_at timestamptz)
    on conflict (client_id, document_id, purpose) do nothing
    returning delivery_id
    """
)
_ANY_READY = sa.text("select 1 from delivery where state = 'ready' and next_attempt_at <= :now limit 1")
_CLAIM = sa.text(
    f"""
    update delivery d
    set state = 'sending', attempt = d.attempt + 1, reason = null,
        lease_until = clock_timestamp() + make_interval(secs => :lease_s)
    from (
        select delivery_id from delivery where state = 'ready' and next_attempt_at <= :now
        order by next_attempt_at limit :limit for update skip locked
    ) due
    where d.delivery_id = due.delivery_id
    returning {_COLUMNS}
    """  # noqa: S608  # the columns are a constant
)
_APPLY = sa.text(
    """
    update delivery d
    set state = x.state, channel = x.channel, failures = x.failures, promised_at = x.promised_at,
        next_attempt_at = x.next_attempt_at, handed_over_at = x.handed_over_at, receipt = x.receipt,
        reason = x.reason, lease_until = null, asked_at = null,
        uncertain_since = case when x.state = 'uncertain' then coalesce(d.uncertain_since, clock_timestamp()) end
    from jsonb_to_recordset(cast(:rows as jsonb)) as x(delivery_id uuid, attempt int, state text, channel text,
        failures int, promised_at timestamptz, next_attempt_at timestamptz, handed_over_at timestamptz, receipt text,
        reason text)
    where d.delivery_id = x.delivery_id and d.attempt = x.attempt and d.state = any(cast(:states as text[]))
    returning d.delivery_id
    """
)
_LAPSED = sa.text(
    f"""
    select {_COLUMNS} from delivery d
    where d.state = 'sending' and d.lease_until < clock_timestamp()
    order by d.lease_until limit :limit for update skip locked
    """  # noqa: S608  # the columns are a constant
)
_QUESTIONS = sa.text(
    f"""
    update delivery d set asked_at = clock_timestamp()
    from (
        select delivery_id from delivery
        where state = 'uncertain' and coalesce(asked_at < clock_timestamp() - make_interval(secs => :pause_s), true)
        order by asked_at nulls first limit :limit for update skip locked
    ) open
    where d.delivery_id = open.delivery_id
    returning {_COLUMNS}, extract(epoch from clock_timestamp() - d.uncertain_since) as uncertain_s
    """  # noqa: S608  # the columns are a constant
)
_DELAYED = sa.text(
    f"""
    update delivery d set delayed_at = :now
    from (
        select delivery_id from delivery
        where delayed_at is null and state not in ('handed_over', 'undeliverable') and promised_at <= :now
        order by promised_at limit :limit for update skip locked
    ) late
    where d.delivery_id = late.delivery_id
    returning {_COLUMNS}, d.reason
    """  # noqa: S608  # the columns are a constant
)
_LOCK = sa.text(
    f"""
    select {_COLUMNS} from delivery d where d.client_id = :client_id and d.delivery_id = :delivery_id for update
    """  # noqa: S608  # the columns are a constant
)
