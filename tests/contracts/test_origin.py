"""Who published an event, on RabbitMQ: only its owner's events are handled, all others are parked for good."""

import aio_pika
import pytest

from shared.contracts.envelope import Envelope
from shared.contracts.payments import DocumentOverdue, DocumentSettled
from shared.db.database import Cause
from shared.messaging import parked, topology
from shared.messaging.origin import BrokerUsers, user_in
from tests.support.buses import Buses
from tests.support.eventually import eventually
from tests.support.toy import Toy, a_settled, an_overdue

pytestmark = pytest.mark.rabbit


async def _publish(url: str, envelope: Envelope, user: str | None) -> None:
    """Publish as anyone with access to the broker can, without our publisher."""
    await _publish_bytes(url, envelope.model_dump_json().encode(), envelope.type, user)


async def _publish_bytes(url: str, body: bytes, event_type: str, user: str | None) -> None:
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        exchange = await channel.get_exchange(topology.EVENTS)
        await exchange.publish(aio_pika.Message(body, user_id=user), routing_key=event_type)


async def _reasons(toy: Toy) -> list[str]:
    return [row.reason for row in await toy.inbox("parked")]


async def _replay(toy: Toy) -> int:
    async with toy.running.database.unit(Cause("test")) as work:
        return await parked.replay(work.session, work.clock.now())


async def test_an_event_of_another_user_is_parked_and_a_replay_does_not_handle_it(rabbit: Buses) -> None:
    rabbit.users = BrokerUsers("the-owner")
    toy = await (await rabbit.toy()).start()

    await rabbit.publish(an_overdue())

    [reason] = await eventually(lambda: _reasons(toy))
    user = user_in(rabbit.url)
    assert reason == (f"ForgedEvent: payments.document-overdue.v1 was published by {user}, and belongs to the-owner")
    assert await _replay(toy) == 0
    assert await toy.effects() == []


async def test_an_event_without_user_is_parked_even_when_all_share_one_user(rabbit: Buses) -> None:
    toy = await (await rabbit.toy()).start()

    await _publish(rabbit.url, rabbit.seal(an_overdue()), user=None)

    [reason] = await eventually(lambda: _reasons(toy))
    assert reason.startswith("ForgedEvent: payments.document-overdue.v1 was published by nobody")
    assert await toy.effects() == []


@pytest.mark.parametrize("damage", [b"\xff", b"\x00"], ids=["not UTF-8", "a NUL character"])
async def test_a_forged_event_that_only_a_replay_could_read_is_not_handled(rabbit: Buses, damage: bytes) -> None:
    toy = await (await rabbit.toy()).start()
    envelope = rabbit.seal(an_overdue())
    body = envelope.model_dump_json().encode().replace(b'"correlationid":"', b'"correlationid":"' + damage)
    await _publish_bytes(rabbit.url, body, envelope.type, user=None)

    [reason] = await eventually(lambda: _reasons(toy))

    assert reason.startswith("ForgedEvent: ")
    assert await _replay(toy) == 0
    assert await toy.effects() == []


async def test_an_event_that_was_published_as_another_type_is_parked_and_a_replay_does_not_handle_it(
    rabbit: Buses,
) -> None:
    toy = await (await rabbit.toy()).start()
    envelope = rabbit.seal(a_settled())
    await _publish_bytes(rabbit.url, envelope.model_dump_json().encode(), DocumentOverdue.TYPE, user_in(rabbit.url))

    [reason] = await eventually(lambda: _reasons(toy))

    assert reason == f"ForgedEvent: {DocumentSettled.TYPE} was published as {DocumentOverdue.TYPE}"
    assert await _replay(toy) == 0
    assert await toy.effects() == []


async def test_a_forged_event_does_not_take_the_place_of_the_true_one_with_its_id(rabbit: Buses) -> None:
    toy = await (await rabbit.toy()).start()
    envelope = rabbit.seal(an_overdue())
    await _publish(rabbit.url, envelope, user=None)
    await eventually(lambda: _reasons(toy))

    await rabbit.publish_bytes(envelope.model_dump_json().encode(), envelope)

    await eventually(lambda: toy.has(1))


async def test_a_forged_dead_letter_cannot_be_replayed(rabbit: Buses) -> None:
    toy = await (await rabbit.toy()).start()
    async with await aio_pika.connect(rabbit.url) as connection, connection.channel() as channel:
        exchange = await channel.get_exchange(topology.DEAD_LETTERS)
        message = aio_pika.Message(rabbit.seal(an_overdue()).model_dump_json().encode())
        await exchange.publish(message, routing_key=toy.name)

    [reason] = await eventually(lambda: _reasons(toy))

    assert reason.startswith("ForgedEvent: ")
    assert await _replay(toy) == 0


async def test_the_broker_refuses_a_user_that_the_connection_does_not_have(rabbit: Buses) -> None:
    toy = await (await rabbit.toy()).start()

    with pytest.raises(aio_pika.exceptions.ChannelPreconditionFailed):
        await _publish(rabbit.url, rabbit.seal(an_overdue()), user="faktura_payments")

    assert await toy.effects() == []
