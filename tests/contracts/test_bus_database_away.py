"""The database goes away: messages are held and retried slowly; none is lost, handled twice or parked."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from shared.contracts.payments import DocumentOverdue
from shared.db.database import UnitOfWork
from shared.messaging.subscription import Subscription
from tests.support.buses import Buses
from tests.support.eventually import eventually
from tests.support.toy import Toy, an_overdue, in_batches, one_by_one

Subscribe = Callable[[Toy], tuple[Subscription[Any], ...]]

_END_ALL = (
    "select pg_terminate_backend(pid) from pg_stat_activity "
    "where datname = current_database() and pid <> pg_backend_pid()"
)


@pytest.mark.parametrize("subscribe", [one_by_one, in_batches])
async def test_database_connections_that_end_in_mid_stream_lose_nothing(buses: Buses, subscribe: Subscribe) -> None:
    toy = await (await buses.toy(subscribe)).start()
    sending = asyncio.create_task(_send(buses, 200))

    for _ in range(5):
        calls = len(toy.calls)
        await toy.rows(_END_ALL)
        await eventually(partial(_moved_on, toy, calls, sending))

    await sending
    await eventually(lambda: toy.has(200))
    assert await toy.inbox("parked") == []


def _moved_on(toy: Toy, calls: int, sending: "asyncio.Task[None]") -> bool:
    return sending.done() or len(toy.calls) > calls


async def _send(buses: Buses, count: int) -> None:
    for _ in range(count // 20):
        await asyncio.gather(*(buses.publish(an_overdue()) for _ in range(20)))


async def test_messages_are_held_while_the_database_refuses_connections(buses: Buses) -> None:
    toy = await buses.toy(lambda toy: one_by_one(toy, workers=1))
    await toy.start()
    await _allow_connections(toy, allowed=False)
    attempts = 0

    async def counted(_work: UnitOfWork, _event: DocumentOverdue) -> None:
        nonlocal attempts
        attempts += 1

    toy.before = counted
    sending = [asyncio.create_task(buses.publish(an_overdue())) for _ in range(30)]
    await eventually(lambda: _has_deliveries(toy))
    assert attempts == 0

    await _allow_connections(toy, allowed=True)

    await asyncio.gather(*sending)
    await eventually(lambda: toy.has(30))
    assert await toy.inbox("parked") == []
    assert attempts <= 31


async def _allow_connections(toy: Toy, *, allowed: bool) -> None:
    """Not allowed is as on a server that is shutting down: no new connections, and the old ones ended."""
    engine_url = toy.owner_url.replace(f"/{toy.name}", "/postgres", 1)
    outside = Toy(toy.name, toy.settings, engine_url, toy.clock, toy.connect, toy.subscribe)
    await outside.rows(f"alter database {toy.name} with allow_connections {str(allowed).lower()}")
    await outside.rows("select pg_terminate_backend(pid) from pg_stat_activity where datname = :name", name=toy.name)


def _has_deliveries(toy: Toy) -> bool:
    return toy.running._pumps[0]._deliveries.qsize() > 0


async def test_a_message_that_breaks_the_connection_each_time_is_set_to_wait_and_others_pass(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.pipeline.OUTAGE_PAUSES_S", (0.01, 0.01, 0.01))
    toy = await buses.toy(in_batches)

    async def breaks(work: UnitOfWork, event: DocumentOverdue) -> None:
        if event.level == 13:
            raw = await (await work.session.connection()).get_raw_connection()
            assert raw.driver_connection is not None
            await asyncio.to_thread(_end_session, toy, raw.driver_connection.info.backend_pid)

    toy.before = breaks
    await toy.start()

    await buses.publish(an_overdue(level=13))
    await buses.publish(*(an_overdue(level=level) for level in range(1, 6)))

    await eventually(lambda: toy.has(5))
    [row] = await eventually(lambda: toy.inbox("waiting"))
    assert row.attempts == 0


def _end_session(toy: Toy, pid: int) -> None:
    asyncio.run(toy.rows("select pg_terminate_backend(:pid)", pid=pid))
