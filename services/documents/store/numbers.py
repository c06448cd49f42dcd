"""The counter of a number series: a row and no database sequence, so that a rollback leaves no gap."""

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
    """A request for `count` numbers of a series. `first_number` is used only when the series has not begun."""

    client_id: UUID
    series: str
    first_number: int
    count: int
    today: date


@dataclass(frozen=True)
class Block:
    """Consecutive numbers, and the date they share, which is never before that of an earlier number."""

    first: int
    document_date: date


async def take_block(session: AsyncSession, request: BlockRequest) -> Block:
    """Take numbers, and lock the series until the transaction ends. SeriesBusy when another one holds it too long."""
    async with refusals():
        row = (await run(session, _TAKE, **vars(request))).one()
    return Block(row.first, row.document_date)
