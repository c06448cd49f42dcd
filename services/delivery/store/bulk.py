"""Many rows in one parameter: a JSON array that PostgreSQL unfolds with `jsonb_to_recordset`."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession


def unfold(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as JSON; ids and moments as text, which the record's column types read back."""
    return json.dumps(rows, default=str, ensure_ascii=False)


async def run(session: AsyncSession, statement: sa.TextClause, **values: Any) -> Sequence[Any]:
    """Run a statement in the session's transaction; its rows, if it gives any."""
    result = await (await session.connection()).execute(statement, values)
    return result.all() if result.returns_rows else []


def after_commit(session: AsyncSession, act: Callable[[], None]) -> None:
    """Do something in this process once the transaction is committed, and nothing if it is not."""
    sa.event.listen(session.sync_session, "after_commit", lambda _session: act(), once=True)
