"""Many rows in few statements. The rows travel as one parameter: a JSON array that PostgreSQL unfolds with
`json_to_recordset` or `jsonb_to_recordset`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db.sql import run

T = TypeVar("T")
CHUNK: Final = 1000
Record = dict[str, Any]


def as_json(rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows as JSON; ids, dates and decimals as text, which the record's column types read back."""
    return json.dumps(list(rows), default=str, ensure_ascii=False)


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The items in order, so many at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


async def for_chunks(
    session: AsyncSession, statement: sa.TextClause, items: Sequence[T], record_of: Callable[[T], Record]
) -> AsyncIterator[Sequence[sa.Row[Any]]]:
    """Runs a statement that reads `json_to_recordset(cast(:records as json))`; its rows, chunk by chunk.

    The JSON of a hundred thousand rows takes long to make, so it is made in a thread: the event loop stays free.
    """
    for chunk in chunks(items):
        records = await asyncio.to_thread(_as_records, chunk, record_of)
        result = await run(session, statement, records=records)
        yield result.all() if result.returns_rows else ()


async def run_chunks(
    session: AsyncSession, statement: sa.TextClause, items: Sequence[T], record_of: Callable[[T], Record]
) -> None:
    """The same for a statement that answers nothing."""
    async for _ in for_chunks(session, statement, items, record_of):
        pass


def _as_records(items: Sequence[T], record_of: Callable[[T], Record]) -> str:
    return as_json(map(record_of, items))
