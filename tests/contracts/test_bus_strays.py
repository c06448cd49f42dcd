"""Replayed messages under a consumer that the service does not have: placed by their type, or parked again."""

from functools import partial
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.envelope import Envelope
from shared.messaging.failure_store import FailureStore
from shared.messaging.strays import PATIENCE
from tests.support.buses import Buses
from tests.support.eventually import eventually
from tests.support.toy import Delivery, Toy, a_settled, an_overdue


@pytest.mark.parametrize("queue", ["{service}.dead-letters", "{service}.payments.a-dropped-event.v1"])
async def test_a_replayed_dead_letter_reaches_the_consumer_of_its_type(buses: Buses, queue: str) -> None:
    toy = await (await buses.toy()).start()
    envelope = buses.seal(an_overdue())
    await _park(toy, queue, envelope.model_dump_json().encode())

    await _replay(toy, envelope.id)

    await eventually(lambda: toy.has(1))
    [row] = await toy.inbox("handled")
    assert (row.consumer, row.message_id) == (toy.running.pipelines[0].consumer, envelope.id)
    assert await toy.inbox("waiting") == []


async def test_an_event_of_another_owner_than_its_queues_is_never_placed(buses: Buses) -> None:
    toy = await (await buses.toy()).start()
    envelope = buses.seal(an_overdue())
    await _park(toy, "{service}.delivery.nothing.v1", envelope.model_dump_json().encode())

    await _replay(toy, envelope.id)

    await eventually(partial(_parked_because, toy, "ForgedEvent"))
    assert toy.calls == []


async def test_a_replayed_dead_letter_that_its_consumer_has_handled_has_no_second_effect(buses: Buses) -> None:
    toy = await (await buses.toy()).start()
    [envelope] = await buses.publish(an_overdue())
    await eventually(lambda: toy.has(1))
    await _park(toy, "{service}.dead-letters", envelope.model_dump_json().encode())

    await _replay(toy, envelope.id)

    [row] = await eventually(lambda: toy.inbox("discarded"))
    assert row.reason == f"discarded: {toy.running.pipelines[0].consumer} has this message"
    assert len(toy.calls) == 1


async def test_a_replayed_dead_letter_that_cannot_be_read_is_parked_again(buses: Buses) -> None:
    toy = await (await buses.toy()).start()
    await _park(toy, "{service}.dead-letters", b"not even json")
    [parked] = await toy.inbox("parked")

    await _replay(toy, parked.message_id)

    [row] = await eventually(partial(_parked_because, toy, "ValidationError"))
    assert row.consumer == f"{toy.name}.dead-letters"


async def test_a_replayed_message_that_nobody_here_takes_is_parked_again_when_no_newer_copy_took_it(
    buses: Buses,
) -> None:
    toy = await (await buses.toy()).start()
    envelope = buses.seal(a_settled())
    await _park(toy, "{service}.payments.document-settled.v1", envelope.model_dump_json().encode())
    await _replay(toy, envelope.id)
    await _another_is_handled(buses, toy, envelope)
    assert [row.message_id for row in await toy.inbox("waiting")] == [envelope.id]

    buses.clock.advance(PATIENCE)

    [row] = await eventually(partial(_parked_because, toy, "no consumer of this service takes"))
    assert row.message_id == envelope.id


async def _another_is_handled(buses: Buses, toy: Toy, stray: Envelope) -> None:
    """A second replay that is placed shows that the rounds have come past the stray."""
    other = buses.seal(an_overdue())
    await _park(toy, "{service}.payments.document-settled.v1", other.model_dump_json().encode())
    await _replay(toy, other.id)
    await eventually(lambda: toy.has(1))
    assert stray.id != other.id


async def _park(toy: Toy, queue: str, body: bytes) -> None:
    await FailureStore(queue.format(service=toy.name), toy.running.database).park(Delivery(body), "returned too often")


async def _replay(toy: Toy, message_id: UUID) -> None:
    await toy.rows(
        "update inbox set state = 'waiting', attempts = 0, next_attempt_at = :now "
        "where state = 'parked' and message_id = :message_id",
        now=toy.clock.now(),
        message_id=message_id,
    )


async def _parked_because(toy: Toy, reason: str) -> list[Any]:
    return [row for row in await toy.inbox("parked") if row.reason.startswith(reason)]
