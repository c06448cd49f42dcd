"""Reading entries, whole with their postings, in the order of the books."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.ledger.domain.entry import Draft, Entry, Posting
from services.ledger.domain.reports import EntryFilter
from services.ledger.tables import LedgerBase
from shared.db.sql import fetch

_ENTRY = LedgerBase.metadata.tables["entry"]
_POSTING = LedgerBase.metadata.tables["posting"]
_LINES = sa.text(
    "select entry_id, account, amount_ore, mva_code, mva_rate from posting "
    "where client_id = :client_id and entry_id = any(:entries) order by entry_id, line_no"
)


async def find(
    session: AsyncSession, client_id: UUID, wanted: EntryFilter, limit: int, after: UUID | None
) -> list[Entry]:
    """The client's entries that the filter lets through, at most `limit`, from the one after the entry `after`."""
    query = _of_client(client_id).where(*_conditions(wanted)).limit(limit)
    if after is not None:
        query = query.where(_ENTRY.c.entry_number > _number_of(client_id, after))
    return await _whole(session, client_id, query)


async def get(session: AsyncSession, client_id: UUID, entry_id: UUID) -> Entry | None:
    found = await _whole(session, client_id, _of_client(client_id).where(_ENTRY.c.id == entry_id))
    return found[0] if found else None


async def after_number(session: AsyncSession, client_id: UUID, number: int, limit: int) -> list[Entry]:
    """The next entries of the client's books after this number."""
    query = _of_client(client_id).where(_ENTRY.c.entry_number > number).limit(limit)
    return await _whole(session, client_id, query)


def _of_client(client_id: UUID) -> sa.Select[Any]:
    return sa.select(_ENTRY).where(_ENTRY.c.client_id == client_id).order_by(_ENTRY.c.entry_number)


def _conditions(wanted: EntryFilter) -> list[sa.ColumnElement[bool]]:
    asked: tuple[tuple[Any, Callable[[Any], sa.ColumnElement[bool]]], ...] = (
        (wanted.period.first_day, lambda day: _ENTRY.c.entry_date >= day),
        (wanted.period.last_day, lambda day: _ENTRY.c.entry_date <= day),
        (wanted.document_id, lambda document_id: _ENTRY.c.document_id == document_id),
        (wanted.customer_id, lambda customer_id: _ENTRY.c.customer_id == customer_id),
        (wanted.account, _touches),
    )
    return [condition(value) for value, condition in asked if value is not None]


def _touches(account: int) -> sa.ColumnElement[bool]:
    line = _POSTING.c
    own = (line.client_id == _ENTRY.c.client_id, line.entry_id == _ENTRY.c.id, line.account == account)
    return sa.exists().where(*own)


def _number_of(client_id: UUID, entry_id: UUID) -> sa.ScalarSelect[int]:
    """The cursor's place: ids of several processes do not sort as the entries are numbered."""
    other = _ENTRY.alias()
    own = (other.c.client_id == client_id, other.c.id == entry_id)
    return sa.select(other.c.entry_number).where(*own).scalar_subquery()


async def _whole(session: AsyncSession, client_id: UUID, query: sa.Select[Any]) -> list[Entry]:
    rows = await fetch(session, query)
    lines = await _lines(session, client_id, [row.id for row in rows])
    return [_entry(row, lines[row.id]) for row in rows]


async def _lines(session: AsyncSession, client_id: UUID, entries: Sequence[UUID]) -> dict[UUID, list[Posting]]:
    found: dict[UUID, list[Posting]] = defaultdict(list)
    for row in await fetch(session, _LINES, client_id=client_id, entries=list(entries)):
        found[row.entry_id].append(Posting(row.account, row.amount_ore, row.mva_code, row.mva_rate))
    return found


def _entry(row: Any, postings: Iterable[Posting]) -> Entry:
    draft = Draft(
        client_id=row.client_id,
        entry_date=row.entry_date,
        source=row.source,
        source_id=row.source_id,
        purpose=row.purpose,
        document_id=row.document_id,
        customer_id=row.customer_id,
        claim_id=row.claim_id,
        text=row.text,
        postings=tuple(postings),
    )
    return Entry(row.id, row.entry_number, draft, row.previous_hash, row.hash)
