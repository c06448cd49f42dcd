"""Many rows in few statements. There is one style for each shape of input:

* rows: one JSON parameter, expanded by `json_to_recordset(cast(:records as json))` with named, typed columns;
* a list of ids, or a few lists of equal length: arrays, expanded by `unnest(cast(:ids as uuid[]))`;
* whole values that are stored as they are: `as_array`, expanded by `jsonb_array_elements(cast(:values as jsonb))`;
* rows that are only inserted and return nothing: `shared.db.sql.run_many`, which pipelines the inserts.

COPY is not used: PostgreSQL refuses `COPY FROM` on tables with row-level security.
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
    """The rows as JSON. Ids, dates and decimals become text, which the record's column types read back."""
    return json.dumps(list(rows), default=str, ensure_ascii=False)


def as_array(texts: Iterable[str]) -> str:
    """Texts of JSON as one JSON array. psycopg would escape each text of a `jsonb[]` character by character."""
    return f"[{','.join(texts)}]"


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The items in order, `size` at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


async def for_chunks(
    session: AsyncSession, statement: sa.TextClause, items: Sequence[T], record_of: Callable[[T], Record]
) -> AsyncIterator[Sequence[sa.Row[Any]]]:
    """Run a statement with the parameter `records` once per chunk; yields the rows that it returns for each.

    The JSON is made in a thread: for a hundred thousand rows it would block the event loop too long.
    """
    for chunk in chunks(items):
        records = await asyncio.to_thread(_as_records, chunk, record_of)
        result = await run(session, statement, records=records)
        yield result.all() if result.returns_rows else ()


async def run_chunks(
    session: AsyncSession, statement: sa.TextClause, items: Sequence[T], record_of: Callable[[T], Record]
) -> None:
    """`for_chunks` for a statement that returns nothing."""
    async for _ in for_chunks(session, statement, items, record_of):
        pass


def _as_records(items: Sequence[T], record_of: Callable[[T], Record]) -> str:
    return as_json(map(record_of, items))
