"""One transaction and what it says: all in order when it is committed, nothing when it is not."""

from collections.abc import Callable

import pytest

from shared.contracts.customers import ClientChanged
from shared.db.database import Cause
from tests.support.examples_customers import a_client
from tests.support.service import ServiceUnderTest, StartService


async def test_facts_lie_in_the_outbox_in_the_order_they_were_said_in_whichever_way(start: StartService) -> None:
    service = await start("customers")
    many = range(2, 2503)

    async with service.runtime.database.unit(Cause("test")) as work:
        work.emit(a_client(version=1))
        await work.emit_all(many, lambda version: a_client(version=version))
        work.emit(a_client(version=2503))

    assert [event.version for event in await service.emitted(ClientChanged)] == list(range(1, 2504))


async def test_the_relay_is_woken_by_facts_said_by_the_many_too(start: StartService) -> None:
    service, woken = await start("customers"), list[str]()
    service.runtime.database.after_emit(lambda: woken.append("relay"))

    async with service.runtime.database.unit(Cause("test")):
        pass
    assert woken == []
    async with service.runtime.database.unit(Cause("test")) as work:
        await work.emit_all([1], lambda version: a_client(version=version))
    assert woken == ["relay"]


async def test_what_is_to_be_done_after_the_commit_is_not_done_without_one(start: StartService) -> None:
    service, done = await start("customers"), list[str]()

    with pytest.raises(ConnectionError):
        await _fails_at_last(service, lambda: done.append("too early"))
    async with service.runtime.database.unit(Cause("test")) as work:
        work.after_commit(lambda: done.append("committed"))

    assert done == ["committed"]
    assert await service.emitted(ClientChanged) == []


async def _fails_at_last(service: ServiceUnderTest, act: Callable[[], None]) -> None:
    async with service.runtime.database.unit(Cause("test")) as work:
        work.after_commit(act)
        await work.emit_all([1], lambda version: a_client(version=version))
        raise ConnectionError
