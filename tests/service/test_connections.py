"""Connections to the database: one that broke while it rested is replaced, and one in steady use is not tried."""

import pytest
import sqlalchemy as sa

from shared.db.database import Database
from shared.db.engine import open_engine
from shared.db.sql import fetch
from tests.support.service import ServiceUnderTest, StartService


async def test_a_connection_that_broke_while_it_rested_is_replaced_unnoticed(
    start: StartService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.db.engine.PING_AFTER_S", 0)
    service = await start("ledger")
    database = _with_one_connection(service)
    broken = await _backend(database)
    await service.rows("select pg_terminate_backend(:pid)", pid=broken)

    assert await _backend(database) != broken
    await database.close()


async def test_a_connection_that_was_just_used_is_not_tried_first(
    start: StartService, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = _with_one_connection(await start("ledger"))
    pings = list[object]()
    monkeypatch.setattr(database.engine.dialect, "do_ping", pings.append)
    monkeypatch.setattr("shared.db.engine.PING_AFTER_S", 60)
    assert await _backend(database) == await _backend(database)
    assert not pings
    monkeypatch.setattr("shared.db.engine.PING_AFTER_S", 0)
    await _backend(database)
    assert len(pings) == 1
    await database.close()


def _with_one_connection(service: ServiceUnderTest) -> Database:
    running = service.runtime
    url = running.settings.database(running.name)
    engine = open_engine(url, application="test", pool_size=1)
    return Database(engine, running.service.tables.tables["outbox"], running.clock)


async def _backend(database: Database) -> int:
    rows = await database.read(lambda session: fetch(session, sa.text("select pg_backend_pid()")))
    return int(rows[0][0])
