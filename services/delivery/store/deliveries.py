"""Deliveries in the database. A change of state applies only to the attempt that it belongs to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlmodel.ext.asyncio.session import AsyncSession

from services.delivery.domain.delivery import ORIGINAL, Delivery, State
from services.delivery.domain.document import Artefact, Document, Recipient, Seller
from services.delivery.domain.errors import DeliveryNotFound
from services.delivery.domain.machine import Change
from shared.db.bulk import as_json
from shared.db.sql import fetch
from shared.values import Channel

_ARTEFACTS = TypeAdapter(tuple[Artefact, ...])
_COLUMNS = """d.delivery_id, d.client_id, d.document::text as document, d.seller::text as seller,
    d.recipient::text as recipient, d.artefacts::text as artefacts, d.channels, d.channel, d.message_id, d.in_reply_to,
    d.state,
    d.attempt, d.failures, d.promised_at, d.created_at, d.correlation_id, d.causation_id"""


async def insert_new(session: AsyncSession, pairs: Sequence[tuple[Delivery, Change]]) -> set[UUID]:
    """Insert those whose document has no delivery yet; returns the ids of the new ones."""
    rows = [_new_row(delivery) | _change_row(delivery, change) for delivery, change in pairs]
    return {row.delivery_id for row in await fetch(session, _INSERT, rows=as_json(rows))}


async def mailed(session: AsyncSession, documents: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], str]:
    """The Message-IDs under which these documents, named by client and document, went by e-mail, as far as they did."""
    if not documents:
        return {}
    clients, ids = zip(*sorted(documents), strict=True)
    rows = await fetch(session, _MAILED, clients=list(clients), ids=list(ids), purpose=ORIGINAL)
    return {(row.client_id, row.document_id): row.message_id for row in rows}


async def any_ready(session: AsyncSession, channel: Channel, now: datetime) -> bool:
    return bool(await fetch(session, _ANY_READY, channel=channel, now=now))


async def claim_ready(
    session: AsyncSession, channel: Channel, now: datetime, *, limit: int, lease_s: float
) -> list[Delivery]:
    """Claim due deliveries, each with a new attempt number and a lease; no two claims get the same one."""
    rows = await fetch(session, _CLAIM, channel=channel, now=now, limit=limit, lease_s=lease_s)
    return sorted(map(_delivery, rows), key=lambda delivery: delivery.delivery_id)


async def apply(session: AsyncSession, pairs: Sequence[tuple[Delivery, Change]], states: Sequence[State]) -> set[UUID]:
    """Change those that are still at the same attempt and in one of these states; returns the ids of the changed."""
    rows = [_change_row(delivery, change) for delivery, change in pairs]
    return {row.delivery_id for row in await fetch(session, _APPLY, rows=as_json(rows), states=list(states))}


async def note_dots(session: AsyncSession, mails: Sequence[Delivery]) -> set[UUID]:
    """Note that these attempts may send their final dots; returns those that are still the ones that are sending."""
    ids, attempts = [mail.delivery_id for mail in mails], [mail.attempt for mail in mails]
    return {row.delivery_id for row in await fetch(session, _NOTE_DOTS, ids=ids, attempts=attempts)}


async def lock_expired(session: AsyncSession, channel: Channel, limit: int) -> list[tuple[Delivery, bool]]:
    """Lock deliveries that are still `sending` though their lease is over: the sender is dead or asleep. Each with
    whether it may have sent its final dot."""
    rows = await fetch(session, _EXPIRED, channel=channel, limit=limit)
    return [(_delivery(row), row.dot_begun) for row in rows]


@dataclass(frozen=True)
class UncertainDelivery:
    """An uncertain delivery, and for how many seconds it has been uncertain."""

    delivery: Delivery
    uncertain_s: float


async def mark_log_checked(
    session: AsyncSession, channel: Channel, *, pause_s: float, limit: int
) -> list[UncertainDelivery]:
    """Uncertain deliveries not checked for `pause_s` seconds, the longest unchecked first.

    Marking them keeps several processes from all checking the same ones.
    """
    rows = await fetch(session, _MARK_LOG_CHECKED, channel=channel, pause_s=pause_s, limit=limit)
    return [UncertainDelivery(_delivery(row), float(row.uncertain_s)) for row in rows]


async def mark_delayed(session: AsyncSession, now: datetime, limit: int) -> list[tuple[Delivery, str | None]]:
    """Deliveries newly past their promise, each with the reason of its last change."""
    return [(_delivery(row), row.reason) for row in await fetch(session, _MARK_DELAYED, now=now, limit=limit)]


async def lock(session: AsyncSession, client_id: UUID, delivery_id: UUID) -> Delivery:
    """Raises DeliveryNotFound."""
    rows = await fetch(session, _LOCK, client_id=client_id, delivery_id=delivery_id)
    if not rows:
        raise DeliveryNotFound(delivery_id=delivery_id)
    return _delivery(rows[0])


def _delivery(row: Any) -> Delivery:
    return Delivery(
        delivery_id=row.delivery_id,
        client_id=row.client_id,
        document=Document.model_validate_json(row.document),
        seller=Seller.model_validate_json(row.seller),
        recipient=Recipient.model_validate_json(row.recipient),
        artefacts=_ARTEFACTS.validate_json(row.artefacts),
        channels=tuple(row.channels),
        channel=row.channel,
        message_id=row.message_id,
        state=row.state,
        attempt=row.attempt,
        failures=row.failures,
        promised_at=row.promised_at,
        created_at=row.created_at,
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        in_reply_to=row.in_reply_to,
    )


def _new_row(delivery: Delivery) -> dict[str, Any]:
    return {
        "client_id": delivery.client_id,
        "document_id": delivery.document.document_id,
        "purpose": ORIGINAL,
        "channels": list(delivery.channels),
        "message_id": delivery.message_id,
        "in_reply_to": delivery.in_reply_to,
        "document": delivery.document.model_dump(mode="json"),
        "seller": delivery.seller.model_dump(mode="json"),
        "recipient": delivery.recipient.model_dump(mode="json"),
        "artefacts": [artefact.model_dump(mode="json") for artefact in delivery.artefacts],
        "correlation_id": delivery.correlation_id,
        "causation_id": delivery.causation_id,
        "created_at": delivery.created_at,
    }


def _change_row(delivery: Delivery, change: Change) -> dict[str, Any]:
    return {"delivery_id": delivery.delivery_id, "attempt": delivery.attempt, **vars(change)}


_INSERT = sa.text(
    """
    insert into delivery (delivery_id, client_id, document_id, purpose, state, channel, channels, message_id,
        in_reply_to, document, seller, recipient, artefacts, attempt, failures, next_attempt_at, promised_at, reason,
        correlation_id, causation_id, created_at)
    select x.delivery_id, x.client_id, x.document_id, x.purpose, x.state, x.channel, x.channels, x.message_id,
        x.in_reply_to, x.document, x.seller, x.recipient, x.artefacts, 0, 0, x.next_attempt_at, x.promised_at, x.reason,
        x.correlation_id, x.causation_id, x.created_at
    from json_to_recordset(cast(:rows as json)) as x(delivery_id uuid, client_id uuid, document_id uuid, purpose text,
        state text, channel text, channels text[], message_id text, in_reply_to text, document jsonb, seller jsonb,
        recipient jsonb, artefacts jsonb, next_attempt_at timestamptz, promised_at timestamptz, reason text,
        correlation_id text, causation_id uuid, created_at timestamptz)
    on conflict (client_id, document_id, purpose) do nothing
    returning delivery_id
    """
)
_MAILED = sa.text(
    """
    select d.client_id, d.document_id, d.message_id
    from unnest(cast(:clients as uuid[]), cast(:ids as uuid[])) as referred(client_id, document_id)
    join delivery d using (client_id, document_id)
    where d.purpose = :purpose and d.channel = 'email' and d.state in ('handed_over', 'uncertain')
    """
)
_ANY_READY = sa.text(
    "select 1 from delivery where state = 'ready' and channel = :channel and next_attempt_at <= :now limit 1"
)
_CLAIM = sa.text(
    f"""
    update delivery d
    set state = 'sending', attempt = d.attempt + 1, reason = null, dot_begun = false,
        lease_until = clock_timestamp() + make_interval(secs => :lease_s)
    from (
        select delivery_id from delivery where state = 'ready' and channel = :channel and next_attempt_at <= :now
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
        reason = x.reason, lease_until = null, log_checked_at = null, dot_begun = true,
        uncertain_since = case when x.state = 'uncertain' then coalesce(d.uncertain_since, clock_timestamp()) end
    from json_to_recordset(cast(:rows as json)) as x(delivery_id uuid, attempt int, state text, channel text,
        failures int, promised_at timestamptz, next_attempt_at timestamptz, handed_over_at timestamptz, receipt text,
        reason text)
    where d.delivery_id = x.delivery_id and d.attempt = x.attempt and d.state = any(cast(:states as text[]))
    returning d.delivery_id
    """
)
_NOTE_DOTS = sa.text(
    """
    update delivery d set dot_begun = true
    from unnest(cast(:ids as uuid[]), cast(:attempts as int[])) as mail(delivery_id, attempt)
    where d.delivery_id = mail.delivery_id and d.attempt = mail.attempt and d.state = 'sending'
    returning d.delivery_id
    """
)
_EXPIRED = sa.text(
    f"""
    select {_COLUMNS}, d.dot_begun from delivery d
    where d.state = 'sending' and d.channel = :channel and d.lease_until < clock_timestamp()
    order by d.lease_until limit :limit for update skip locked
    """  # noqa: S608  # the columns are a constant
)
_MARK_LOG_CHECKED = sa.text(
    f"""
    update delivery d set log_checked_at = clock_timestamp()
    from (
        select delivery_id from delivery
        where state = 'uncertain' and channel = :channel
          and coalesce(log_checked_at < clock_timestamp() - make_interval(secs => :pause_s), true)
        order by log_checked_at nulls first limit :limit for update skip locked
    ) unchecked
    where d.delivery_id = unchecked.delivery_id
    returning {_COLUMNS}, extract(epoch from clock_timestamp() - d.uncertain_since) as uncertain_s
    """  # noqa: S608  # the columns are a constant
)
_MARK_DELAYED = sa.text(
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
