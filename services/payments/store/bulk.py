"""Many rows in few statements. The rows travel as JSON, made in a thread, so that the event loop stays free."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

T = TypeVar("T")
CHUNK: Final = 1000
Record = dict[str, Any]


async def for_chunks(
    session: AsyncSession, statement: sa.TextClause, items: Sequence[T], record_of: Callable[[T], Record]
) -> AsyncIterator[Sequence[sa.Row[Any]]]:
    """Runs a statement that reads `json_to_recordset(cast(:records as json))`; its rows, chunk by chunk."""
    connection = await session.connection()
    for start in range(0, len(items), CHUNK):
        records = await asyncio.to_thread(_as_json, items[start : start + CHUNK], record_of)
        result = await connection.execute(statement, {"records": records})
        yield result.all() if result.returns_rows else ()


async def run_chunks(
    session: AsyncSession, statement: sa.TextClause, items: Sequence[T], record_of: Callable[[T], Record]
) -> None:
    """The same for a statement that answers nothing."""
    async for _ in for_chunks(session, statement, items, record_of):
        pass


def _as_json(items: Sequence[T], record_of: Callable[[T], Record]) -> str:
    return json.dumps([record_of(item) for item in items], default=str, ensure_ascii=False)
