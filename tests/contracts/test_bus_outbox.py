"""The outbox: events are published after the commit, by one relay, in order, and also when the bus was away."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.payments import DocumentOverdue
from shared.db.database import Cause
from shared.messaging import outbox
from shared.messaging.bus import NotTaken, Outgoing, Rejected, Unanswered
from shared.runtime import Runtime
from tests.support.buses import Buses
from tests.support.eventually import eventually
from tests.support.toy import Toy, an_overdue, in_batches, no_subscriptions, nothing, one_by_one, waits_for


class _Aborted(Exception):
    pass


async def test_an_emitted_event_is_published_after_the_commit(buses: Buses) -> None:
    subscriber = await (await buses.toy()).start()
    publisher = await (await buses.toy(no_subscriptions)).start()
    event = an_overdue()

    await publisher.emit(event)

    await eventually(lambda: subscriber.has(1))
    assert subscriber.calls == [event]
    await eventually(lambda: _all_published(publisher))


async def _all_published(toy: Toy) -> bool:
    return await toy.unpublished() == 0


async def _emit_and_abort(toy: Toy) -> None:
    async with toy.running.database.unit(Cause("toy")) as work:
        work.emit(an_overdue(level=1))
        raise _Aborted


async def test_an_event_of_a_transaction_that_rolled_back_is_never_published(buses: Buses) -> None:
    subscriber = await (await buses.toy()).start()
    publisher = await (await buses.toy(no_subscriptions)).start()

    with pytest.raises(_Aborted):
        await _emit_and_abort(publisher)
    await publisher.emit(an_overdue(level=2))

    await eventually(lambda: subscriber.has(1))
    assert [event.level for event in subscriber.calls] == [2]
    assert await publisher.rows("select 1 from outbox where body::json #>> '{data,level}' = '1'") == []


async def test_more_events_than_a_window_are_all_published_in_order(buses: Buses) -> None:
    subscriber = await (await buses.toy(in_batches)).start()
    publisher = await (await buses.toy(no_subscriptions)).start()
    events = [an_overdue() for _ in range(1000)]

    await publisher.emit(*events)

    await eventually(lambda: subscriber.has(1000), within=30)
    assert subscriber.calls == events
    await eventually(lambda: _all_published(publisher))


async def test_rows_wait_while_the_bus_is_away_and_are_marked_only_when_it_has_taken_them(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.relay.TROUBLE_PAUSE_S", 0.05)
    subscriber = await (await buses.toy()).start()
    publisher = await (await buses.toy(no_subscriptions)).start()
    bus = publisher.running.bus
    original, refused = bus.publish, 0

    async def away(_message: Outgoing) -> None:
        nonlocal refused
        refused += 1
        raise NotTaken("the bus is away")

    monkeypatch.setattr(bus, "publish", away)
    await publisher.emit(*(an_overdue() for _ in range(30)))
    await eventually(lambda: refused > 200)
    assert await publisher.unpublished() == 30
    assert await publisher.rows("select 1 from outbox where failures > 0 or stuck_reason is not null") == []

    monkeypatch.setattr(bus, "publish", original)

    await eventually(lambda: subscriber.has(30))
    await eventually(lambda: _all_published(publisher))


async def test_a_row_that_cannot_be_published_is_set_aside_and_the_others_pass(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.outbox.BACKOFF_S", (0.01,))
    subscriber = await (await buses.toy()).start()
    publisher = await (await buses.toy(no_subscriptions)).start()
    original = publisher.running.bus.publish

    async def picky(message: Outgoing) -> None:
        if b'"level":13' in message.body:
            raise ValueError("cannot be encoded")
        await original(message)

    monkeypatch.setattr(publisher.running.bus, "publish", picky)
    await publisher.emit(*(an_overdue(level=level) for level in range(1, 21)))

    await eventually(lambda: subscriber.has(19))
    [row] = await eventually(lambda: publisher.rows("select * from outbox where stuck_reason is not null"))
    assert row.published_at is None
    assert "cannot be encoded" in row.stuck_reason


async def test_an_event_that_is_not_accepted_backs_off_alone_and_is_published_later(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.outbox.BACKOFF_S", (0.05,))
    subscriber = await (await buses.toy()).start()
    publisher = await (await buses.toy(no_subscriptions)).start()
    bus, full, refusals = publisher.running.bus, True, 0
    original = bus.publish

    async def picky(message: Outgoing) -> None:
        nonlocal refusals
        if full and b'"level":13' in message.body:
            refusals += 1
            raise Rejected("a queue is full")
        await original(message)

    async def no_reconnect() -> None:
        raise AssertionError("the connection is healthy")

    monkeypatch.setattr(bus, "publish", picky)
    monkeypatch.setattr(bus, "after_failed_publish", no_reconnect)
    await publisher.emit(*(an_overdue(level=level) for level in range(1, 21)))
    await eventually(lambda: subscriber.has(19))
    await eventually(lambda: refusals > 8)
    assert await publisher.rows("select 1 from outbox where stuck_reason is not null") == []

    full = False

    await eventually(lambda: subscriber.has(20))
    await eventually(lambda: _all_published(publisher))


async def test_a_bus_that_is_slow_for_all_puts_no_event_off(buses: Buses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.relay.TROUBLE_PAUSE_S", 0.01)
    subscriber = await (await buses.toy(in_batches)).start()
    publisher = await (await buses.toy(no_subscriptions)).start()
    bus, sent, answered = publisher.running.bus, 0, 0
    original = bus.publish

    async def slow(message: Outgoing) -> None:
        """Answers five on each connection, in order."""
        nonlocal sent, answered
        sent += 1
        if sent > 5:
            await eventually(lambda: answered == 5)
            raise Unanswered("no answer in time")
        await original(message)
        answered += 1

    async def reconnect() -> None:
        nonlocal sent, answered
        sent = answered = 0

    monkeypatch.setattr(bus, "after_failed_publish", reconnect)
    monkeypatch.setattr(bus, "publish", slow)
    await publisher.emit(*(an_overdue(level=level) for level in range(1, 21)))

    await eventually(lambda: subscriber.has(20), within=30)
    assert await publisher.rows("select 1 from outbox where failures > 0") == []


async def test_an_event_that_was_set_aside_is_listed_and_published_when_a_person_says_so(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.outbox.BACKOFF_S", (0.01,))
    subscriber = await (await buses.toy()).start()
    publisher = await (await buses.toy(no_subscriptions)).start()
    original = publisher.running.bus.publish

    async def broken(_message: Outgoing) -> None:
        raise ValueError("cannot be encoded")

    monkeypatch.setattr(publisher.running.bus, "publish", broken)
    await publisher.emit(an_overdue())
    database = publisher.running.database
    [stuck] = await eventually(lambda: database.read(outbox.stuck))
    assert "cannot be encoded" in stuck.reason

    monkeypatch.setattr(publisher.running.bus, "publish", original)
    async with database.unit(Cause("operator")) as work:
        assert await outbox.publish_again(work.session, stuck.event_id) == 1

    await eventually(lambda: subscriber.has(1))
    assert await database.read(outbox.stuck) == []


async def test_no_error_ends_the_relay(buses: Buses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.relay.TROUBLE_PAUSE_S", 0.01)
    subscriber = await (await buses.toy()).start()
    publisher = await (await buses.toy(no_subscriptions)).start()
    original, errors = outbox.unpublished, 0

    async def fails_twice(connection: AsyncConnection, *limits: Any) -> list[outbox.Row]:
        nonlocal errors
        if errors < 2:
            errors += 1
            raise RuntimeError("nobody foresaw this")
        return await original(connection, *limits)

    monkeypatch.setattr(outbox, "unpublished", fails_twice)
    await publisher.emit(an_overdue())

    await eventually(lambda: subscriber.has(1))
    assert errors == 2
    assert publisher.running.relay_beating()


async def test_a_relay_that_has_ended_or_hangs_is_noticed(buses: Buses, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = await (await buses.toy(no_subscriptions)).start()
    runtime = publisher.running
    assert runtime.relay_beating()

    monkeypatch.setattr("shared.messaging.relay.BEAT_S", -1.0)
    assert not runtime.relay_beating()
    monkeypatch.undo()

    assert runtime.relay_beating()
    runtime._relay.stop()
    await eventually(lambda: not runtime.relay_beating())


async def test_of_two_relays_one_try_lock_and_the_other_takes_over(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.relay.STANDBY_S", 0.1)
    subscriber = await (await buses.toy(in_batches)).start()
    publisher = await (await buses.toy(no_subscriptions)).start()
    await eventually(lambda: _has_one_active_relay(publisher))
    twin = await buses.twin(publisher).start()
    publishes = Counter[str]()
    _count_publishes(publisher, "first", publishes, monkeypatch)
    _count_publishes(twin, "second", publishes, monkeypatch)

    await twin.emit(*(an_overdue() for _ in range(100)))
    await eventually(lambda: subscriber.has(100))
    assert publishes == {"first": 100}

    if buses.in_process:
        publisher.running._relay.stop()
    else:
        await publisher.crash()
    await eventually(lambda: _has_one_active_relay(twin))
    await twin.emit(*(an_overdue() for _ in range(100)))
    await eventually(lambda: subscriber.has(200))
    assert publishes["second"] == 100


async def _has_one_active_relay(toy: Toy) -> bool:
    rows = await toy.rows(
        "select 1 from pg_locks where locktype = 'advisory' and granted "
        "and database = (select oid from pg_database where datname = current_database())"
    )
    return len(rows) == 1


def _count_publishes(toy: Toy, name: str, into: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    bus = toy.running._relay._bus
    original = bus.publish

    class Counted:
        async def publish(self, message: Outgoing) -> None:
            into[name] += 1
            await original(message)

        async def after_failed_publish(self) -> None:
            await bus.after_failed_publish()

    monkeypatch.setattr(toy.running._relay, "_bus", Counted())


async def test_a_relay_that_is_frozen_loses_its_lock_to_the_standby(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.relay.STANDBY_S", 0.1)
    monkeypatch.setattr("shared.messaging.relay.FROZEN_AFTER_S", 2)
    subscriber = await (await buses.toy()).start()
    publisher = await (await buses.toy(no_subscriptions)).start()
    await eventually(lambda: _has_one_active_relay(publisher))
    thawed, frozen = asyncio.Event(), asyncio.Event()

    async def freeze() -> None:
        frozen.set()
        await thawed.wait()

    monkeypatch.setattr(publisher.running._relay, "_await_wake", freeze)
    await frozen.wait()
    twin = await buses.twin(publisher).start()
    await twin.emit(an_overdue())

    await eventually(lambda: subscriber.has(1), within=30)
    thawed.set()


async def test_a_standby_relay_does_not_spin(buses: Buses, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = await (await buses.toy(no_subscriptions)).start()
    await eventually(lambda: _has_one_active_relay(publisher))
    twin = await buses.twin(publisher).start()
    attempts = 0
    original = twin.running._relay._try_lock

    async def counted(connection: AsyncConnection) -> bool:
        nonlocal attempts
        attempts += 1
        return await original(connection)

    monkeypatch.setattr(twin.running._relay, "_try_lock", counted)
    for _ in range(20):
        await twin.emit(an_overdue())
    await eventually(lambda: _all_published(publisher))

    assert attempts < 5


async def test_the_relay_comes_back_after_its_database_session_was_ended(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.relay.TROUBLE_PAUSE_S", 0.05)
    subscriber = await (await buses.toy()).start()
    publisher = await (await buses.toy(no_subscriptions)).start()
    await eventually(lambda: _has_one_active_relay(publisher))

    await publisher.rows(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )
    await publisher.emit(an_overdue())

    await eventually(lambda: subscriber.has(1))


async def test_stopping_finishes_the_current_messages_and_the_rest_come_again(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscriber = await buses.toy(lambda toy: one_by_one(toy, workers=2))
    publisher = await buses.toy(no_subscriptions)
    gate = asyncio.Event()
    subscriber.before = waits_for(gate)
    await subscriber.start()
    await publisher.start()
    await publisher.emit(*(an_overdue() for _ in range(60)))
    await eventually(lambda: len(subscriber.calls) == 2)

    running = subscriber.running
    nothing_new = _once_it_stops_listening(running, monkeypatch)
    stopping = asyncio.create_task(subscriber.stop())
    await asyncio.wait_for(nothing_new.wait(), 10)
    gate.set()
    await stopping

    done = len(await subscriber.effects())
    assert 2 <= done <= running.pipelines[0].prefetch
    subscriber.before = nothing
    if buses.in_process:
        await publisher.stop()
        assert await publisher.unpublished() >= 60 - done
    await subscriber.start()
    if buses.in_process:
        await publisher.start()
    await eventually(lambda: subscriber.has(60), within=30)
    assert len(subscriber.calls) == 60


def _once_it_stops_listening(running: Runtime[Any], monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set when the bus, and with RabbitMQ the broker, has agreed to deliver nothing more."""
    stopped, stop_listening = asyncio.Event(), running.bus.stop_listening

    async def stop() -> None:
        await stop_listening()
        stopped.set()

    monkeypatch.setattr(running.bus, "stop_listening", stop)
    return stopped


async def test_a_message_that_cannot_finish_in_the_drain_time_is_not_lost(buses: Buses) -> None:
    subscriber = await buses.toy(one_by_one, drain_s=0.1)
    publisher = await buses.toy(no_subscriptions, drain_s=0.1)
    subscriber.before = waits_for(asyncio.Event())
    await subscriber.start()
    await publisher.start()
    event: DocumentOverdue = an_overdue()
    await publisher.emit(event)
    await eventually(lambda: subscriber.calls)

    await subscriber.stop()
    await publisher.stop()
    subscriber.before = nothing
    await subscriber.start()
    await publisher.start()

    await eventually(lambda: subscriber.has(1))
    await eventually(lambda: _all_published(publisher))
