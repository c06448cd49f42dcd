"""Core and text statements in the session's transaction, which SQLModel's `exec` does not support."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession


async def run(session: AsyncSession, statement: sa.Executable, /, **values: Any) -> sa.CursorResult[Any]:
    """Run a statement; returns the result, for `.scalars()`, `.mappings()` and the like."""
    return await (await session.connection()).execute(statement, values)


async def run_many(session: AsyncSession, statement: sa.Executable, values: Sequence[dict[str, Any]]) -> None:
    """Run a statement once for each of these values, pipelined; returns nothing."""
    await (await session.connection()).execute(statement, values)


async def fetch(session: AsyncSession, statement: sa.Executable, /, **values: Any) -> Sequence[sa.Row[Any]]:
    """Run a statement; returns all its rows."""
    return (await run(session, statement, **values)).all()
