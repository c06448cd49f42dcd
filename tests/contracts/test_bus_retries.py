"""Waiting messages on both buses: no row stops the retries of its consumer, and an outage spends no attempt."""

from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from shared.contracts.payments import DocumentOverdue
from shared.db.database import UnitOfWork
from shared.db.sql import run
from shared.messaging import inbox
from shared.messaging.outcome import BACKOFF, OUTAGE_WAIT, TryLater
from shared.messaging.pipeline import Pipeline
from tests.support.buses import Buses
from tests.support.eventually import eventually
from tests.support.toy import Fails, Toy, an_overdue, nothing

UNREADABLE = [b"not even json", b"\xff\xfe\x00 neither text", b'{"specversion": "1.0", "type": "x"}']


@pytest.mark.parametrize("body", UNREADABLE)
async def test_an_unreadable_message_that_is_replayed_is_parked_again_and_stops_no_other(
    buses: Buses, body: bytes
) -> None:
    toy = await buses.toy()
    toy.before = Fails(TryLater(), times=1)
    await toy.start()
    await buses.publish_bytes(body, buses.seal(an_overdue()))
    await eventually(lambda: toy.inbox("parked"))
    await buses.publish(an_overdue())
    await eventually(lambda: toy.inbox("waiting"))

    await _replay_all(toy)
    buses.clock.advance(BACKOFF[0])

    await eventually(lambda: toy.has(1))
    [row] = await eventually(lambda: toy.inbox("parked"))
    assert row.reason.startswith("ValidationError")


async def _replay_all(toy: Toy) -> None:
    await toy.rows("update inbox set state = 'waiting', attempts = 0, next_attempt_at = :now", now=toy.clock.now())


async def test_a_waiting_row_without_its_body_is_parked_and_stops_no_other(buses: Buses) -> None:
    toy = await buses.toy()
    toy.before = Fails(TryLater(), times=2)
    await toy.start()
    [broken, _] = await buses.publish(an_overdue(), an_overdue())
    await eventually(partial(_waiting, toy, 2))
    await toy.rows("update inbox set body = null where message_id = :id", id=broken.id)

    buses.clock.advance(BACKOFF[0])

    await eventually(lambda: toy.has(1))
    [row] = await eventually(lambda: toy.inbox("parked"))
    assert row.message_id == broken.id


async def _waiting(toy: Toy, count: int) -> bool:
    return len(await toy.inbox("waiting")) == count


async def test_a_row_that_cannot_even_be_parked_is_put_off_and_stops_no_round(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy = await buses.toy()
    toy.before = Fails(TryLater())
    await toy.start()
    envelopes = await buses.publish(*(an_overdue() for _ in range(25)))
    await eventually(partial(_waiting, toy, 25))
    bad = {envelope.id for envelope in envelopes[:24]}
    _break_retries_of(bad, toy.running.pipelines[0], monkeypatch)
    toy.before = nothing

    buses.clock.advance(BACKOFF[0])

    await eventually(lambda: toy.has(1))
    assert await toy.inbox("parked") == []
    assert {row.next_attempt_at > buses.clock.now() for row in await toy.inbox("waiting")} == {True}


def _break_retries_of(bad: set[UUID], pipeline: Pipeline[object], monkeypatch: pytest.MonkeyPatch) -> None:
    original = pipeline.again

    async def again(due: inbox.Due) -> bool:
        if due.message_id in bad:
            raise ZeroDivisionError("nobody foresaw this")
        return await original(due)

    monkeypatch.setattr(pipeline, "again", again)


async def test_an_outage_spends_no_attempt_of_a_waiting_message(buses: Buses) -> None:
    toy = await buses.toy()
    toy.before = Fails(TryLater("still busy"))
    await toy.start()
    await buses.publish(an_overdue())
    for attempt, step in enumerate(BACKOFF[:-1], start=1):
        await eventually(partial(_tried, toy, attempt))
        buses.clock.advance(step)
    await eventually(partial(_tried, toy, len(BACKOFF)))
    toy.before = _database_shuts_down

    buses.clock.advance(BACKOFF[-1])
    [row] = await eventually(partial(_waiting_for, toy, "AdminShutdown"))
    assert row.attempts == len(BACKOFF)
    assert row.next_attempt_at == buses.clock.now() + OUTAGE_WAIT
    toy.before = nothing
    buses.clock.advance(OUTAGE_WAIT)

    await eventually(lambda: toy.has(1))
    assert await toy.inbox("parked") == []


async def test_a_message_that_is_held_through_an_outage_begins_its_back_off_at_the_first_attempt(
    buses: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.pipeline.OUTAGE_PAUSES_S", (0.01, 0.01))
    toy = await buses.toy()
    toy.before = _database_shuts_down
    await toy.start()
    await buses.publish(an_overdue())

    [row] = await eventually(partial(_waiting_for, toy, "AdminShutdown"))
    assert row.attempts == 0
    toy.before = Fails(TryLater("still busy"))
    buses.clock.advance(OUTAGE_WAIT)

    [row] = await eventually(partial(_waiting_for, toy, "TryLater"))
    assert (row.attempts, row.next_attempt_at) == (1, buses.clock.now() + BACKOFF[0])


async def test_no_number_of_outages_parks_a_message(buses: Buses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.pipeline.OUTAGE_PAUSES_S", (0.01,))
    toy = await buses.toy()
    toy.before = _database_shuts_down
    await toy.start()
    await buses.publish(an_overdue())

    for _ in range(len(BACKOFF) + 2):
        await eventually(partial(_waiting_until_later, toy))
        buses.clock.advance(BACKOFF[-1])
    await eventually(partial(_waiting_until_later, toy))
    toy.before = nothing
    buses.clock.advance(BACKOFF[-1])

    await eventually(lambda: toy.has(1))
    assert await toy.inbox("parked") == []


async def _tried(toy: Toy, attempts: int) -> bool:
    return any(row.attempts == attempts for row in await toy.inbox("waiting"))


async def _waiting_for(toy: Toy, error: str) -> list[Any]:
    return [row for row in await toy.inbox("waiting") if error in row.reason]


async def _waiting_until_later(toy: Toy) -> bool:
    return any(row.next_attempt_at > toy.clock.now() for row in await toy.inbox("waiting"))


async def _database_shuts_down(work: UnitOfWork, _event: DocumentOverdue) -> None:
    await run(work.session, sa.text("do $$ begin raise exception 'as ordered' using errcode = '57P01'; end $$"))
