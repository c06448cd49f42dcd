"""Waiting messages on both buses: no row stops the retries of its consumer."""

from functools import partial
from uuid import UUID

import pytest

from shared.messaging import inbox
from shared.messaging.outcome import BACKOFF, TryLater
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
