"""The audit entries of all services."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.customers.domain.audit import FIRST_HASH, ChainedEntry, LoggedEntry, hash_of
from services.customers.tables import AuditLogRow
from shared.db.sql import run, run_many
from shared.http.paging import PageRequest

WINDOW = 1000
_LOCK = sa.text("select pg_advisory_xact_lock(hashtext('audit_log'))")


@dataclass(frozen=True)
class EntryQuery:
    """Which entries: `since` and before `until` by the time they were recorded."""

    client_id: UUID | None = None
    key_id: UUID | None = None
    resource: str | None = None
    resource_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


async def lock_end(session: AsyncSession) -> tuple[int, str]:
    """Position and hash of the last entry. Until the transaction ends no other can add entries.

    So positions commit in their order: whoever has read up to one never misses a lower one.
    """
    await run(session, _LOCK)
    query = select(AuditLogRow.position, AuditLogRow.hash).order_by(col(AuditLogRow.position).desc()).limit(1)
    return (await session.exec(query)).first() or (0, FIRST_HASH)


async def known(session: AsyncSession, entry_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these entries that are here already."""
    query = select(AuditLogRow.entry_id).where(col(AuditLogRow.entry_id).in_(entry_ids))
    return set((await session.exec(query)).all())


async def add(session: AsyncSession, entries: Sequence[ChainedEntry]) -> None:
    rows = [{**_columns(chained.entry), "position": chained.position, "hash": chained.hash} for chained in entries]
    await run_many(session, sa.insert(AuditLogRow), rows)


async def fetch_page(session: AsyncSession, query: EntryQuery, page: PageRequest) -> list[LoggedEntry]:
    """At most `page.limit + 1` entries in the order they were received."""
    statement = select(AuditLogRow).where(*_conditions(query)).order_by(col(AuditLogRow.position))
    if page.after is not None:
        after = select(AuditLogRow.position).where(AuditLogRow.entry_id == page.after).scalar_subquery()
        statement = statement.where(col(AuditLogRow.position) > after)
    return [_entry(row) for row in (await session.exec(statement.limit(page.limit + 1))).all()]


async def breaks(session: AsyncSession) -> list[str]:
    """Where the chain is broken, one line each; read in windows, so that memory stays flat."""
    lines: list[str] = []
    position, previous = 0, FIRST_HASH
    async for row in _all(session):
        if row.position != position + 1:
            lines.append(f"position {position + 1}: missing")
        elif row.hash != hash_of(_entry(row), previous):
            lines.append(f"position {row.position}: entry {row.entry_id} is not as it was received")
        position, previous = row.position, row.hash
    return lines


async def _all(session: AsyncSession) -> AsyncIterator[AuditLogRow]:
    position = 0
    while True:
        window = select(AuditLogRow).where(col(AuditLogRow.position) > position).order_by(col(AuditLogRow.position))
        rows = (await session.exec(window.limit(WINDOW))).all()
        for row in rows:
            yield row
        session.expunge_all()
        if len(rows) < WINDOW:
            return
        position = rows[-1].position


def _conditions(query: EntryQuery) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [
        col(getattr(AuditLogRow, name)) == value
        for name, value in asdict(query).items()
        if value is not None and name not in {"since", "until"}
    ]
    if query.since is not None:
        conditions.append(col(AuditLogRow.recorded_at) >= query.since)
    if query.until is not None:
        conditions.append(col(AuditLogRow.recorded_at) < query.until)
    return conditions


_FIELDS = tuple(field.name for field in fields(LoggedEntry))


def _columns(entry: LoggedEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _FIELDS}


def _entry(row: AuditLogRow) -> LoggedEntry:
    return LoggedEntry(**{name: getattr(row, name) for name in _FIELDS})
