"""The databases of the services, as commands open them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.system import load
from shared.clock import Clock, SystemClock
from shared.db.database import Database
from shared.db.engine import open_engine
from shared.db.sql import fetch
from shared.settings import CommonSettings


@asynccontextmanager
async def opened(
    name: str, settings: CommonSettings, purpose: str, clock: Clock | None = None
) -> AsyncIterator[Database]:
    """A service's database, on one connection, which PostgreSQL lists under this purpose; by default with real time."""
    engine = open_engine(settings.database(name), application=f"{purpose}-{name}", pool_size=1)
    database = Database(engine, load(name).tables.tables["outbox"], clock or SystemClock())
    try:
        yield database
    finally:
        await asyncio.shield(database.close())


async def rows_of(database: Database, statement: str, **values: object) -> Sequence[sa.Row[Any]]:
    """The rows of a query over all clients."""

    async def query(session: AsyncSession) -> Sequence[sa.Row[Any]]:
        return await fetch(session, sa.text(statement), **values)

    rows: Sequence[sa.Row[Any]] = await database.read(query)
    return rows
