"""Statements of our own in the session's transaction: Core and text, for which SQLModel's `exec` is not made."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession


async def run(session: AsyncSession, statement: sa.Executable, /, **values: Any) -> sa.CursorResult[Any]:
    """Run a statement; its result, to be read as it suits: `.scalars()`, `.mappings()`, or not at all."""
    return await (await session.connection()).execute(statement, values)


async def run_many(session: AsyncSession, statement: sa.Executable, values: Sequence[dict[str, Any]]) -> None:
    """Run a statement once for each of these, sent together (pipelined); nothing is answered."""
    await (await session.connection()).execute(statement, values)


async def fetch(session: AsyncSession, statement: sa.Executable, /, **values: Any) -> Sequence[sa.Row[Any]]:
    """Run a statement; all the rows that it answers."""
    return (await run(session, statement, **values)).all()
