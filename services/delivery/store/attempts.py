"""What came of every attempt: rows that are only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db.bulk import as_json
from shared.db.sql import run

TEXT_MAX = 500


@dataclass(frozen=True)
class Attempt:
    """One line of a delivery's history. For print jobs `attempt` is the claim number."""

    client_id: UUID
    delivery_id: UUID
    attempt: int
    channel: str
    outcome: str
    phase: str
    text: str
    at: datetime


async def note(session: AsyncSession, attempts: Sequence[Attempt]) -> None:
    if attempts:
        await run(
            session, _NOTE, rows=as_json([vars(attempt) | {"text": attempt.text[:TEXT_MAX]} for attempt in attempts])
        )


async def history(session: AsyncSession, client_id: UUID, delivery_id: UUID) -> list[Attempt]:
    """In the order that they were noted."""
    noted = await run(session, _HISTORY, client_id=client_id, delivery_id=delivery_id)
    return [Attempt(**row) for row in noted.mappings()]


_NOTE = sa.text(
    """
    insert into delivery_attempt (client_id, delivery_id, attempt, channel, outcome, phase, text, at)
    select x.client_id, x.delivery_id, x.attempt, x.channel, x.outcome, x.phase, x.text, x.at
    from jsonb_to_recordset(cast(:rows as jsonb)) as x(client_id uuid, delivery_id uuid, attempt int, channel text,
        outcome text, phase text, text text, at timestamptz)
    """
)
_HISTORY = sa.text(
    """
    select client_id, delivery_id, attempt, channel, outcome, phase, text, at from delivery_attempt
    where client_id = :client_id and delivery_id = :delivery_id order by attempt_id
    """
)
