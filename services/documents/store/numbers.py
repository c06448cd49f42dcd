"""The counter of a number series: a row and no database sequence, so that a rollback leaves no gap."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.documents.domain.number_series import NumberSeries
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


_BEGIN = sa.text(
    """
    insert into series (client_id, series, first_number, next_number, last_date)
    values (:client_id, :series, :first_number, :first_number + :count, :today)
    on conflict (client_id, series) do nothing returning 1
    """
)
_BEGUN = sa.text("select series, first_number, next_number, true as is_locked from series where client_id = :client_id")


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


async def begin(session: AsyncSession, request: BlockRequest) -> bool:
    """Begin a series with its first number and no number taken; whether it had not begun before.

    Its documents are not dated before today. SeriesBusy when another transaction holds it too long.
    """
    async with refusals():
        return (await run(session, _BEGIN, **vars(request))).first() is not None


async def all_begun(session: AsyncSession, client_id: UUID) -> dict[str, NumberSeries]:
    """The series whose first number is set or used, by name."""
    rows = (await run(session, _BEGUN, client_id=client_id)).mappings()
    return {row["series"]: NumberSeries(**row) for row in rows}
