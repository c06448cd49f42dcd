"""Reads entries with their postings, in the order of the books."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.ledger.domain.entry import Entry, Posting, UnpostedEntry
from services.ledger.domain.errors import EntryNotFound
from services.ledger.domain.reports import EntryQuery
from services.ledger.tables import LedgerBase
from shared.db.sql import fetch

_ENTRY = LedgerBase.metadata.tables["entry"]
_POSTING = LedgerBase.metadata.tables["posting"]
_POSTINGS = sa.text(
    "select entry_id, account, amount_ore, mva_code, mva_rate from posting "
    "where client_id = :client_id and entry_id = any(:entries) order by entry_id, line_no"
)


async def select(
    session: AsyncSession, client_id: UUID, query: EntryQuery, limit: int, after: UUID | None = None
) -> list[Entry]:
    """At most `limit` of the client's entries, starting after the entry `after`."""
    statement = _of_client(client_id).where(*_conditions(query)).limit(limit)
    if after is not None:
        statement = statement.where(_ENTRY.c.entry_number > _number_of(client_id, after))
    return await _with_postings(session, client_id, statement)


async def get(session: AsyncSession, client_id: UUID, entry_id: UUID) -> Entry:
    """Raises EntryNotFound."""
    entries = await _with_postings(session, client_id, _of_client(client_id).where(_ENTRY.c.id == entry_id))
    if not entries:
        raise EntryNotFound(entry_id=entry_id)
    return entries[0]


async def after_number(session: AsyncSession, client_id: UUID, number: int, limit: int) -> list[Entry]:
    """The next entries of the client's books after this number."""
    statement = _of_client(client_id).where(_ENTRY.c.entry_number > number).limit(limit)
    return await _with_postings(session, client_id, statement)


def _of_client(client_id: UUID) -> sa.Select[Any]:
    return sa.select(_ENTRY).where(_ENTRY.c.client_id == client_id).order_by(_ENTRY.c.entry_number)


def _conditions(query: EntryQuery) -> list[sa.ColumnElement[bool]]:
    conditions: tuple[tuple[Any, Callable[[Any], sa.ColumnElement[bool]]], ...] = (
        (query.period.first_day, lambda day: _ENTRY.c.entry_date >= day),
        (query.period.last_day, lambda day: _ENTRY.c.entry_date <= day),
        (query.document_id, lambda document_id: _ENTRY.c.document_id == document_id),
        (query.customer_id, lambda customer_id: _ENTRY.c.customer_id == customer_id),
        (query.account, _has_posting_on),
    )
    return [condition(value) for value, condition in conditions if value is not None]


def _has_posting_on(account: int) -> sa.ColumnElement[bool]:
    posting = _POSTING.c
    return sa.exists().where(
        posting.client_id == _ENTRY.c.client_id, posting.entry_id == _ENTRY.c.id, posting.account == account
    )


def _number_of(client_id: UUID, entry_id: UUID) -> sa.ScalarSelect[int]:
    """The number of a cursor's entry: ids from several processes do not sort in the order of the numbers."""
    entry = _ENTRY.alias().c
    return sa.select(entry.entry_number).where(entry.client_id == client_id, entry.id == entry_id).scalar_subquery()


async def _with_postings(session: AsyncSession, client_id: UUID, statement: sa.Select[Any]) -> list[Entry]:
    rows = await fetch(session, statement)
    postings = await _postings(session, client_id, [row.id for row in rows])
    return [_entry(row, postings[row.id]) for row in rows]


async def _postings(session: AsyncSession, client_id: UUID, entries: Sequence[UUID]) -> dict[UUID, list[Posting]]:
    postings: dict[UUID, list[Posting]] = defaultdict(list)
    for row in await fetch(session, _POSTINGS, client_id=client_id, entries=list(entries)):
        postings[row.entry_id].append(Posting(row.account, row.amount_ore, row.mva_code, row.mva_rate))
    return postings


def _entry(row: Any, postings: Iterable[Posting]) -> Entry:
    content = UnpostedEntry(
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
    return Entry(row.id, row.entry_number, content, row.previous_hash, row.hash)
