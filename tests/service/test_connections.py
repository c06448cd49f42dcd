"""Connections to the database: those that broke in the pool are replaced, and one failure is not repeated for each."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db.database import Cause, Database
from shared.db.engine import open_engine
from shared.db.sql import fetch
from tests.support.service import ServiceUnderTest, StartService


async def test_a_connection_that_broke_in_the_pool_is_replaced_unnoticed(start: StartService) -> None:
    service = await start("ledger")
    database = _with_one_connection(service)
    for _ in range(2):
        broken = await _backend(database)
        await service.rows("select pg_terminate_backend(:pid)", pid=broken)
        assert await _backend(database) != broken
    async with database.unit(Cause("test")) as work:
        assert await fetch(work.session, sa.text("select 1"))
    await database.close()


async def test_a_connection_that_breaks_in_a_transaction_fails_it(start: StartService) -> None:
    service = await start("ledger")
    database = _with_one_connection(service)
    calls = 0

    async def breaking(session: AsyncSession) -> None:
        nonlocal calls
        calls += 1
        [row] = await fetch(session, sa.text("select pg_backend_pid() as pid"))
        await service.rows("select pg_terminate_backend(:pid)", pid=row.pid)
        await fetch(session, sa.text("select 1"))

    with pytest.raises(DBAPIError, match="terminating connection"):
        await database.read(breaking)
    assert calls == 1
    assert await _backend(database)
    await database.close()


def _with_one_connection(service: ServiceUnderTest) -> Database:
    running = service.runtime
    url = running.settings.database(running.name)
    engine = open_engine(url, application="test", pool_size=1)
    return Database(engine, running.service.tables.tables["outbox"], running.clock)


async def _backend(database: Database) -> int:
    rows = await database.read(lambda session: fetch(session, sa.text("select pg_backend_pid()")))
    return int(rows[0][0])
