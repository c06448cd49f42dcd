"""Failing handlers on both buses: the message waits with back-off or is parked, and others are not delayed."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from shared.contracts.payments import DocumentOverdue
from shared.db.database import Cause, UnitOfWork
from shared.db.sql import run
from shared.ids import new_id
from shared.messaging import inbox, parked
from shared.messaging.outcome import BACKOFF, TryLater
from shared.problems import DomainError
from tests.support.buses import Buses
from tests.support.eventually import eventually
from tests.support.toy import Fails, Toy, an_overdue, in_batches, nothing, one_by_one, waits_for


class NotOurs(DomainError):
    """A refusal of the toy's domain."""


async def _parked(toy: Toy) -> list[parked.ParkedMessage]:
    messages: list[parked.ParkedMessage] = await toy.running.database.read(parked.parked)
    return messages


async def test_a_message_with_a_transient_error_waits_and_succeeds_later(buses: Buses) -> None:
    toy = await buses.toy()
    toy.before = Fails(TryLater("mail server busy"), times=2)
    await toy.start()
    await buses.publish(an_overdue())

    for step in BACKOFF[:2]:
        [row] = await eventually(partial(_waiting_until, toy, buses.clock.now() + step))
        assert row.reason == "TryLater: mail server busy"
        buses.clock.advance(step)

    await eventually(lambda: toy.has(1))
    [row] = await toy.inbox("handled")
    assert (row.reason, row.body) == (None, None)


async def _waiting_until(toy: Toy, moment: datetime) -> list[Any]:
    return [row for row in await toy.inbox("waiting") if row.next_attempt_at == moment]


async def test_a_message_waits_its_full_time_before_it_is_tried_again(buses: Buses) -> None:
    toy = await buses.toy()
    toy.before = Fails(TryLater())
    await toy.start()
    await buses.publish(an_overdue(), an_overdue())
    await eventually(lambda: _count(toy, "waiting", 2))
    buses.clock.advance(BACKOFF[0] - timedelta(seconds=1))
    toy.before = nothing

    await buses.publish(an_overdue())
    await eventually(lambda: toy.has(1))

    assert len(await toy.inbox("waiting")) == 2


async def _count(toy: Toy, state: str, count: int) -> bool:
    return len(await toy.inbox(state)) == count


async def test_a_transient_error_is_parked_when_the_back_off_is_exhausted(buses: Buses) -> None:
    toy = await buses.toy()
    toy.before = Fails(TryLater("still busy"))
    await toy.start()
    await buses.publish(an_overdue())

    for attempt, step in enumerate(BACKOFF, start=1):
        await eventually(partial(_tried, toy, attempt))
        buses.clock.advance(step)

    [row] = await eventually(lambda: toy.inbox("parked"))
    assert (row.attempts, row.reason) == (len(BACKOFF) + 1, "TryLater: still busy")


async def _tried(toy: Toy, attempts: int) -> bool:
    return any(row.attempts == attempts for row in await toy.inbox("waiting"))


async def test_a_permanent_error_is_parked_at_once_and_can_be_shown(buses: Buses) -> None:
    toy = await buses.toy()
    toy.before = Fails(NotOurs(orgnr="974760673"))
    await toy.start()

    [envelope] = await buses.publish(an_overdue())

    await eventually(lambda: toy.inbox("parked"))
    [listed] = await _parked(toy)
    shown = await toy.running.database.read(lambda session: parked.parked_message(session, envelope.id))
    assert shown == [listed]
    assert listed.reason == "NotOurs: orgnr=974760673"
    assert listed.body == envelope.model_dump_json()
    assert listed.key == envelope.subject


async def test_a_parked_message_can_be_replayed(buses: Buses) -> None:
    toy = await buses.toy()
    toy.before = Fails(NotOurs())
    await toy.start()
    envelopes = await buses.publish(an_overdue(), an_overdue(), an_overdue())
    await eventually(lambda: _count(toy, "parked", 3))
    toy.before = nothing

    assert await _replay(toy, envelopes[0].id) == 1
    await eventually(lambda: toy.has(1))
    assert await _replay(toy, None) == 2
    await eventually(lambda: toy.has(3))

    assert await toy.inbox("parked") == []


async def _replay(toy: Toy, message_id: UUID | None) -> int:
    async with toy.running.database.unit(Cause("operator")) as work:
        return await parked.replay(work.session, work.clock.now(), message_id)


async def test_a_discarded_message_stays_with_its_reason_and_is_never_handled(buses: Buses) -> None:
    toy = await buses.toy()
    toy.before = Fails(NotOurs())
    await toy.start()
    [envelope] = await buses.publish(an_overdue())
    await eventually(lambda: toy.inbox("parked"))

    async with toy.running.database.unit(Cause("operator")) as work:
        assert await parked.discard(work.session, envelope.id, "sent by mistake") == 1
    await buses.publish_bytes(envelope.model_dump_json().encode(), envelope)
    toy.before = nothing
    await buses.publish(an_overdue())
    await eventually(lambda: toy.has(1))

    [row] = await toy.inbox("discarded")
    assert row.reason == "discarded: sent by mistake"


async def test_a_bug_is_parked_after_three_attempts(buses: Buses) -> None:
    toy = await buses.toy()
    toy.before = Fails(ZeroDivisionError("division by zero"))
    await toy.start()
    await buses.publish(an_overdue())

    for attempt in (1, 2):
        await eventually(partial(_tried, toy, attempt))
        buses.clock.advance(BACKOFF[attempt - 1])

    [row] = await eventually(lambda: toy.inbox("parked"))
    assert (row.attempts, row.reason) == (3, "ZeroDivisionError: division by zero")


async def test_a_waiting_message_holds_back_later_ones_of_its_key_only(buses: Buses) -> None:
    toy = await buses.toy(in_batches)
    toy.before = Fails(TryLater(), times=1, levels=[1])
    await toy.start()
    held, other = new_id(), new_id()
    await buses.publish(an_overdue(held, 1))
    await eventually(lambda: toy.inbox("waiting"))

    await buses.publish(an_overdue(held, 2), an_overdue(other, 9), an_overdue(held, 3))

    await eventually(lambda: _count(toy, "waiting", 3))
    assert await toy.effects() == [(other, 9)]
    buses.clock.advance(BACKOFF[0])
    await eventually(lambda: toy.has(4))
    assert await toy.effects() == [(other, 9), (held, 1), (held, 2), (held, 3)]


async def test_a_parked_message_holds_none_back(buses: Buses) -> None:
    toy = await buses.toy()
    toy.before = Fails(NotOurs(), levels=[1])
    await toy.start()
    document = new_id()

    await buses.publish(an_overdue(document, 1))
    await eventually(lambda: toy.inbox("parked"))
    await buses.publish(an_overdue(document, 2))

    await eventually(lambda: toy.has(1))


async def test_a_failing_message_in_a_batch_is_isolated_and_the_others_succeed(buses: Buses) -> None:
    toy = await buses.toy(in_batches)
    gate = asyncio.Event()
    toy.before = waits_for(gate)
    await toy.start()
    first = asyncio.create_task(buses.publish(an_overdue()))
    await eventually(lambda: toy.calls)
    rest = [asyncio.create_task(buses.publish(an_overdue(level=level))) for level in range(2, 22)]
    await eventually(lambda: _has_deliveries(toy, 20))
    toy.before = Fails(NotOurs(), levels=[13])
    gate.set()

    await asyncio.gather(first, *rest)
    await eventually(lambda: toy.has(20))

    [row] = await toy.inbox("parked")
    assert '"level":13' in row.body
    assert 13 not in {level for _, level in await toy.effects()}
    assert toy.batches[:2] == [1, 20]


async def _has_deliveries(toy: Toy, count: int) -> bool:
    return toy.running._pumps[0]._deliveries.qsize() == count


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"not even json", "ValidationError"),
        (b"\xff\xfe\x00 neither text", "ValidationError"),
        (b'{"specversion": "1.0", "type": "x"}', "ValidationError"),
        (b"", "ValidationError"),
    ],
)
async def test_bytes_that_cannot_be_read_are_parked(buses: Buses, body: bytes, reason: str) -> None:
    toy = await (await buses.toy()).start()

    await buses.publish_bytes(body, buses.seal(an_overdue()))

    [row] = await eventually(lambda: toy.inbox("parked"))
    assert row.reason.startswith(reason)
    assert toy.calls == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"type": "payments.document-overdue.v7"}, "ForgedEvent"),
        ({"type": "weather.rain-fell.v1"}, "ForgedEvent"),
        ({"data": {"level": "many"}}, "ValidationError"),
    ],
)
async def test_another_type_or_version_or_content_than_the_queues_is_parked(
    buses: Buses, change: dict[str, object], reason: str
) -> None:
    toy = await (await buses.toy()).start()
    envelope = buses.seal(an_overdue())

    await buses.publish_bytes(envelope.model_copy(update=change).model_dump_json().encode(), envelope)

    [row] = await eventually(lambda: toy.inbox("parked"))
    assert row.reason.startswith(reason)
    assert toy.calls == []


async def test_a_reason_that_the_database_cannot_store_does_not_stop_the_consumer(buses: Buses) -> None:
    toy = await buses.toy(in_batches)
    toy.before = Fails(NotOurs(name="nul \x00 and half a pair \ud800"), times=1)
    await toy.start()

    await buses.publish(an_overdue())
    await buses.publish(an_overdue())

    await eventually(lambda: toy.has(1))
    assert len(await toy.inbox("parked")) == 1


async def test_a_conflict_in_the_database_is_tried_again_at_once(buses: Buses) -> None:
    toy = await buses.toy()
    left = 2

    async def deadlock(work: UnitOfWork, _event: DocumentOverdue) -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            await _raise_in_database(work, "40P01")

    toy.before = deadlock
    await toy.start()

    await buses.publish(an_overdue())

    await eventually(lambda: toy.has(1))
    assert len(toy.calls) == 3


async def test_a_message_whose_statement_always_times_out_waits_and_does_not_block_others(buses: Buses) -> None:
    toy = await buses.toy(lambda toy: one_by_one(toy, workers=1))

    async def too_slow(work: UnitOfWork, event: DocumentOverdue) -> None:
        if event.level == 1:
            await _raise_in_database(work, "57014")

    toy.before = too_slow
    await toy.start()

    await buses.publish(an_overdue(level=1))
    await buses.publish(an_overdue(level=2))

    await eventually(lambda: toy.has(1))
    assert len(await toy.inbox("waiting")) == 1


async def _raise_in_database(work: UnitOfWork, state: str) -> None:
    statement = f"do $$ begin raise exception 'as ordered' using errcode = '{state}'; end $$"
    await run(work.session, sa.text(statement))


async def test_a_slow_retry_of_one_consumer_does_not_hold_up_new_messages(buses: Buses) -> None:
    toy = await buses.toy()
    toy.before = Fails(TryLater())
    await toy.start()
    await buses.publish(an_overdue(level=1))
    await eventually(lambda: toy.inbox("waiting"))
    gate = asyncio.Event()
    toy.before = waits_for(gate)
    buses.clock.advance(BACKOFF[0])
    await eventually(lambda: len(toy.calls) == 2)
    toy.before = nothing

    await buses.publish(an_overdue(level=2))

    await eventually(lambda: toy.has(1))
    gate.set()
    await eventually(lambda: toy.has(2))


async def test_a_stray_cancellation_inside_a_handler_does_not_end_its_worker(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.pump.PAUSE_AFTER_ERROR_S", 0.01)
    toy = await buses.toy(lambda toy: one_by_one(toy, workers=1))
    left = [1]

    async def stray(_work: UnitOfWork, _event: DocumentOverdue) -> None:
        if left:
            left.clear()
            raise asyncio.CancelledError

    toy.before = stray
    await toy.start()

    await buses.publish(an_overdue())

    await eventually(lambda: toy.has(1))


async def test_a_waiting_message_is_tried_by_one_process_at_a_time(buses: Buses) -> None:
    toy = await buses.toy()
    toy.before = Fails(TryLater())
    await toy.start()
    [envelope] = await buses.publish(an_overdue())
    [row] = await eventually(lambda: toy.inbox("waiting"))
    due = inbox.Due(row.consumer, envelope.id, row.attempts, row.body)
    toy.before = nothing

    async with toy.running.database.unit(Cause("another process")) as work:
        assert await inbox.lock(work.session, due)
        pipeline = toy.running.pipeline(row.consumer)
        assert pipeline is not None
        assert await pipeline.again(due) is False

    assert await toy.effects() == []
