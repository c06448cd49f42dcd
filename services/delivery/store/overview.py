"""Deliveries as the API shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.delivery.domain.delivery import State
from services.delivery.domain.errors import DeliveryNotFound
from shared.db.sql import fetch


@dataclass(frozen=True)
class DeliveryQuery:
    """Which deliveries: at most `limit` rows after the id `after`, in this state and of this document when given."""

    client_id: UUID
    limit: int
    after: UUID | None = None
    state: State | None = None
    document_id: UUID | None = None


async def deliveries(session: AsyncSession, query: DeliveryQuery) -> Sequence[Any]:
    """Oldest first."""
    return await fetch(session, _DELIVERIES, **vars(query))


async def delivery(session: AsyncSession, client_id: UUID, delivery_id: UUID) -> Any:
    """Raises DeliveryNotFound."""
    rows = await fetch(session, _DELIVERY, client_id=client_id, delivery_id=delivery_id)
    if not rows:
        raise DeliveryNotFound(delivery_id=delivery_id)
    return rows[0]


_SHOWN = """select d.delivery_id, d.document_id, d.document->>'kind' as kind, (d.document->>'number')::bigint as number,
    d.state, d.channel, d.channels, d.recipient->>'email' as email, d.message_id, d.attempt, d.next_attempt_at,
    d.promised_at, d.delayed_at, d.handed_over_at, d.receipt, d.reason, d.created_at
    from delivery d"""
_DELIVERIES = sa.text(
    f"""
    {_SHOWN}
    where d.client_id = :client_id
      and (cast(:after as uuid) is null or d.delivery_id > cast(:after as uuid))
      and (cast(:state as text) is null or d.state = cast(:state as text))
      and (cast(:document_id as uuid) is null or d.document_id = cast(:document_id as uuid))
    order by d.delivery_id limit :limit
    """
)
_DELIVERY = sa.text(f"{_SHOWN} where d.client_id = :client_id and d.delivery_id = :delivery_id")
