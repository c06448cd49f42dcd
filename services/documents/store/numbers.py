"""The counter of a number series. A row, not a database sequence: what is rolled back is given back, without a gap."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.documents.store.refusals import refusals
from shared.db.sql import run

_TAKE = sa.text(
    """
    insert into series (client_id, series, first_number, next_number, last_date)
    values (:client_id, :series, :first_number, :first_number + :count, :today)
    on conflict (client_id, series) do update
    set next_number = series.next_number + :count, last_date = greatest(series.last_date, excluded.last_date)
    returning next_number - :count as first, last_date as document_date
    """
)


@dataclass(frozen=True)
class BlockRequest:
    """So many numbers of a series. `first_number` counts only when the series has none yet; afterwards it is locked."""

    client_id: UUID
    series: str
    first_number: int
    count: int
    today: date


@dataclass(frozen=True)
class Block:
    """Numbers that are ours if the transaction commits, and the date they share, never before an earlier one's."""

    first: int
    document_date: date


async def take_block(session: AsyncSession, request: BlockRequest) -> Block:
    """Take numbers, and hold the series until the transaction ends. SeriesBusy when another run holds it too long."""
    async with refusals():
        row = (await run(session, _TAKE, **vars(request))).one()
    return Block(row.first, row.document_date)
