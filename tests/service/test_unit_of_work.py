"""A unit of work and its events: all of them in order after a commit, none without one."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from shared.contracts.customers import ClientChanged
from shared.db.database import Cause, Database, EventTooLarge
from tests.support.examples_customers import a_client
from tests.support.service import ServiceUnderTest, StartService


async def test_the_outbox_has_the_events_in_the_order_they_were_emitted(start: StartService) -> None:
    service = await start("customers")
    versions = range(2, 2503)

    async with service.runtime.database.unit(Cause("test")) as work:
        work.emit(a_client(version=1))
        await work.emit_all(versions, lambda version: a_client(version=version))
        work.emit(a_client(version=2503))

    assert [event.version for event in await service.emitted(ClientChanged)] == list(range(1, 2504))


async def test_an_event_that_no_broker_takes_is_refused_where_it_is_emitted(
    start: StartService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = await start("customers")
    monkeypatch.setattr("shared.db.database.MAX_EVENT_CHARACTERS", 500)
    with pytest.raises(EventTooLarge, match="client-changed"):
        async with service.runtime.database.unit(Cause("test")) as work:
            work.emit(a_client())
    assert await service.emitted(ClientChanged) == []


async def test_what_fails_in_an_attempt_leaves_no_event_behind(start: StartService) -> None:
    service = await start("customers")
    async with service.runtime.database.unit(Cause("test")) as work:
        work.emit(a_client(version=1))
        with suppress(ZeroDivisionError):
            async with work.attempt():
                work.emit(a_client(version=2))
                raise ZeroDivisionError
    assert [event.version for event in await service.emitted(ClientChanged)] == [1]


async def test_events_emitted_in_bulk_wake_the_relay_too(start: StartService) -> None:
    service, woken = await start("customers"), list[str]()
    running = service.runtime.database
    database = Database(running.engine, running._outbox, running.clock)  # one that no job uses at the same time
    database.on_events_committed(lambda: woken.append("relay"))

    async with database.unit(Cause("test")):
        pass
    assert woken == []
    async with database.unit(Cause("test")) as work:
        await work.emit_all([1], lambda version: a_client(version=version))
    assert woken == ["relay"]


async def test_an_act_after_the_commit_is_skipped_without_one(start: StartService) -> None:
    service, done = await start("customers"), list[str]()

    with pytest.raises(ConnectionError):
        await _fail_before_the_commit(service, lambda: done.append("too early"))
    async with service.runtime.database.unit(Cause("test")) as work:
        work.after_commit(lambda: done.append("committed"))

    assert done == ["committed"]
    assert await service.emitted(ClientChanged) == []


async def _fail_before_the_commit(service: ServiceUnderTest, act: Callable[[], None]) -> None:
    async with service.runtime.database.unit(Cause("test")) as work:
        work.after_commit(act)
        await work.emit_all([1], lambda version: a_client(version=version))
        raise ConnectionError
