"""What is said and when it goes out: after the commit, though the bus be away, by one relay, drained in order."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.payments import DocumentOverdue
from shared.db.database import Cause
from shared.messaging.bus import NotTaken, Outgoing
from tests.support.buses import Buses
from tests.support.eventually import eventually
from tests.support.toy import Toy, an_overdue, deaf, in_batches, nothing, one_by_one, waits_for


class _Aborted(Exception):
    pass


async def test_what_is_said_is_published_after_the_commit(buses: Buses) -> None:
    listener = await (await buses.toy()).start()
    speaker = await (await buses.toy(deaf)).start()
    event = an_overdue()

    await speaker.emit(event)

    await eventually(lambda: listener.has(1))
    assert listener.calls == [event]
    await eventually(lambda: _all_published(speaker))


async def _all_published(toy: Toy) -> bool:
    return await toy.unpublished() == 0


async def _say_and_abort(toy: Toy) -> None:
    async with toy.running.database.unit(Cause("toy")) as work:
        work.emit(an_overdue(level=1))
        raise _Aborted


async def test_what_was_said_in_a_transaction_that_rolled_back_is_never_published(buses: Buses) -> None:
    listener = await (await buses.toy()).start()
    speaker = await (await buses.toy(deaf)).start()

    with pytest.raises(_Aborted):
        await _say_and_abort(speaker)
    await speaker.emit(an_overdue(level=2))

    await eventually(lambda: listener.has(1))
    assert [event.level for event in listener.calls] == [2]
    assert await speaker.rows("select 1 from outbox where body::json #>> '{data,level}' = '1'") == []


async def test_more_than_a_window_goes_out_whole_and_in_its_order(buses: Buses) -> None:
    listener = await (await buses.toy(in_batches)).start()
    speaker = await (await buses.toy(deaf)).start()
    events = [an_overdue() for _ in range(1000)]

    await speaker.emit(*events)

    await eventually(lambda: listener.has(1000))
    assert listener.calls == events
    await eventually(lambda: _all_published(speaker))


async def test_rows_wait_while_the_bus_is_away_and_are_marked_only_when_it_has_taken_them(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.relay.TROUBLE_PAUSE_S", 0.05)
    listener = await (await buses.toy()).start()
    speaker = await (await buses.toy(deaf)).start()
    bus = speaker.running.bus
    really, refused = bus.publish, 0

    async def away(_message: Outgoing) -> None:
        nonlocal refused
        refused += 1
        raise NotTaken("the bus is away")

    monkeypatch.setattr(bus, "publish", away)
    await speaker.emit(*(an_overdue() for _ in range(30)))
    await eventually(lambda: refused > 200)
    assert await speaker.unpublished() == 30
    assert await speaker.rows("select 1 from outbox where failures > 0 or stuck_reason is not null") == []

    monkeypatch.setattr(bus, "publish", really)

    await eventually(lambda: listener.has(30))
    await eventually(lambda: _all_published(speaker))


async def test_a_row_that_cannot_be_sent_is_set_aside_and_the_others_pass(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.relay.TROUBLE_PAUSE_S", 0.01)
    listener = await (await buses.toy()).start()
    speaker = await (await buses.toy(deaf)).start()
    really = speaker.running.bus.publish

    async def picky(message: Outgoing) -> None:
        if b'"level":13' in message.body:
            raise ValueError("cannot be encoded")
        await really(message)

    monkeypatch.setattr(speaker.running.bus, "publish", picky)
    await speaker.emit(*(an_overdue(level=level) for level in range(1, 21)))

    await eventually(lambda: listener.has(19))
    [row] = await eventually(lambda: speaker.rows("select * from outbox where stuck_reason is not null"))
    assert row.published_at is None
    assert "cannot be encoded" in row.stuck_reason


async def test_of_two_relays_one_is_at_work_and_the_other_takes_over(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.relay.STANDBY_S", 0.1)
    listener = await (await buses.toy(in_batches)).start()
    speaker = await (await buses.toy(deaf)).start()
    await eventually(lambda: _relays_at_work(speaker))
    twin = await buses.twin(speaker).start()
    speakers = Counter[str]()
    _count_publishes(speaker, "first", speakers, monkeypatch)
    _count_publishes(twin, "second", speakers, monkeypatch)

    await twin.emit(*(an_overdue() for _ in range(100)))
    await eventually(lambda: listener.has(100))
    assert speakers == {"first": 100}

    if buses.in_process:
        speaker.running._relay.stop()
    else:
        await speaker.crash()
    await eventually(lambda: _relays_at_work(twin))
    await twin.emit(*(an_overdue() for _ in range(100)))
    await eventually(lambda: listener.has(200))
    assert speakers["second"] == 100


async def _relays_at_work(toy: Toy) -> bool:
    rows = await toy.rows(
        "select 1 from pg_locks where locktype = 'advisory' and granted "
        "and database = (select oid from pg_database where datname = current_database())"
    )
    return len(rows) == 1


def _count_publishes(toy: Toy, name: str, into: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    bus = toy.running._relay._bus
    really = bus.publish

    class Counted:
        async def publish(self, message: Outgoing) -> None:
            into[name] += 1
            await really(message)

        async def after_failed_publish(self) -> None:
            await bus.after_failed_publish()

    monkeypatch.setattr(toy.running._relay, "_bus", Counted())


async def test_a_relay_that_stands_by_does_not_spin(buses: Buses, monkeypatch: pytest.MonkeyPatch) -> None:
    speaker = await (await buses.toy(deaf)).start()
    await eventually(lambda: _relays_at_work(speaker))
    twin = await buses.twin(speaker).start()
    looks = 0
    really = twin.running._relay._is_the_one

    async def counted(connection: AsyncConnection) -> bool:
        nonlocal looks
        looks += 1
        return await really(connection)

    monkeypatch.setattr(twin.running._relay, "_is_the_one", counted)
    for _ in range(20):
        await twin.emit(an_overdue())
    await eventually(lambda: _all_published(speaker))

    assert looks < 5


async def test_the_relay_comes_back_after_its_database_session_was_ended(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.relay.TROUBLE_PAUSE_S", 0.05)
    listener = await (await buses.toy()).start()
    speaker = await (await buses.toy(deaf)).start()
    await eventually(lambda: _relays_at_work(speaker))

    await speaker.rows(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )
    await speaker.emit(an_overdue())

    await eventually(lambda: listener.has(1))


async def test_on_the_way_out_what_is_in_hand_is_finished_and_the_rest_comes_again(buses: Buses) -> None:
    listener = await buses.toy(lambda toy: one_by_one(toy, workers=2))
    speaker = await buses.toy(deaf)
    gate = asyncio.Event()
    listener.before = waits_for(gate)
    await listener.start()
    await speaker.start()
    await speaker.emit(*(an_overdue() for _ in range(60)))
    await eventually(lambda: len(listener.calls) == 2)

    stopping = asyncio.create_task(listener.stop())
    await eventually(lambda: not _is_listening(buses, listener))
    gate.set()
    await stopping

    done = len(await listener.effects())
    assert 2 <= done <= 20
    listener.before = nothing
    if buses.in_process:
        await speaker.stop()
        assert await speaker.unpublished() >= 60 - done
    await listener.start()
    if buses.in_process:
        await speaker.start()
    await eventually(lambda: listener.has(60))
    assert len(listener.calls) == 60


def _is_listening(buses: Buses, listener: Toy) -> bool:
    runtime = listener.runtime
    return runtime is not None and buses.in_process and runtime.bus.attached()


async def test_what_cannot_finish_in_the_drain_time_is_not_lost(buses: Buses) -> None:
    listener = await buses.toy(one_by_one, drain_s=0.1)
    speaker = await buses.toy(deaf, drain_s=0.1)
    listener.before = waits_for(asyncio.Event())
    await listener.start()
    await speaker.start()
    event: DocumentOverdue = an_overdue()
    await speaker.emit(event)
    await eventually(lambda: listener.calls)

    await listener.stop()
    await speaker.stop()
    listener.before = nothing
    await listener.start()
    await speaker.start()

    await eventually(lambda: listener.has(1))
    await eventually(lambda: _all_published(speaker))
