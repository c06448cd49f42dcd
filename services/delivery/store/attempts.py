"""The outcome of every attempt: rows that are only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.delivery.domain.outcome import Phase, Recorded
from shared.db.bulk import as_json
from shared.db.sql import fetch, run
from shared.values import Channel

TEXT_MAX = 500


@dataclass(frozen=True)
class Attempt:
    """One line of a delivery's history. For letters, `attempt` is the claim number of the print job."""

    client_id: UUID
    delivery_id: UUID
    attempt: int
    channel: Channel
    outcome: Recorded
    phase: Phase
    text: str
    at: datetime


async def record(session: AsyncSession, attempts: Sequence[Attempt]) -> None:
    if attempts:
        rows = [vars(attempt) | {"text": attempt.text[:TEXT_MAX]} for attempt in attempts]
        await run(session, _RECORD, rows=as_json(rows))


async def history(session: AsyncSession, client_id: UUID, delivery_id: UUID) -> list[Attempt]:
    """In the order they were recorded."""
    rows = await fetch(session, _HISTORY, client_id=client_id, delivery_id=delivery_id)
    return [Attempt(**row._asdict()) for row in rows]


_RECORD = sa.text(
    """
    insert into delivery_attempt (client_id, delivery_id, attempt, channel, outcome, phase, text, at)
    select x.client_id, x.delivery_id, x.attempt, x.channel, x.outcome, x.phase, x.text, x.at
    from json_to_recordset(cast(:rows as json)) as x(client_id uuid, delivery_id uuid, attempt int, channel text,
        outcome text, phase text, text text, at timestamptz)
    """
)
_HISTORY = sa.text(
    """
    select client_id, delivery_id, attempt, channel, outcome, phase, text, at from delivery_attempt
    where client_id = :client_id and delivery_id = :delivery_id order by attempt_id
    """
)
