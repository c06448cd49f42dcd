"""Delivery on both buses: to every subscriber, with one effect, and acknowledged only after the commit."""

import asyncio
import random
from datetime import timedelta

from shared.contracts.payments import DocumentOverdue
from shared.db.database import UnitOfWork
from shared.ids import new_id
from shared.messaging.outcome import TryLater
from tests.support.buses import Buses
from tests.support.eventually import eventually
from tests.support.toy import Fails, a_settled, an_overdue, in_batches, nothing, one_by_one, waits_for

_FIVE_SECONDS = timedelta(seconds=5)


async def test_every_subscriber_handles_an_event_once(buses: Buses) -> None:
    toys = [await (await buses.toy()).start() for _ in range(3)]
    event = an_overdue()

    await buses.publish(event)

    for toy in toys:
        await eventually(toy.effects)
        assert await toy.effects() == [(event.document_id, 1)]


async def test_two_copies_of_a_service_share_its_messages(buses: Buses) -> None:
    if buses.in_process:
        return  # in one process a service runs once
    toy = await (await buses.toy()).start()
    twin = await buses.twin(toy).start()
    gate = asyncio.Event()
    toy.before = twin.before = waits_for(gate)

    await buses.publish(*(an_overdue() for _ in range(50)))

    await eventually(lambda: toy.calls and twin.calls)
    gate.set()
    await eventually(lambda: toy.has(50))
    assert len(toy.calls) + len(twin.calls) == 50


async def test_the_same_envelope_again_has_no_second_effect(buses: Buses) -> None:
    toy = await (await buses.toy()).start()
    [envelope] = await buses.publish(an_overdue())
    await eventually(lambda: toy.has(1))

    for _ in range(3):
        await buses.publish_bytes(envelope.model_dump_json().encode(), envelope)
    await buses.publish(an_overdue())

    await eventually(lambda: toy.has(2))
    assert len(toy.calls) == 2
    assert await toy.inbox("parked") == []


async def test_a_batch_with_the_same_envelope_twice_has_one_effect(buses: Buses) -> None:
    toy = await buses.toy(in_batches)
    gate = asyncio.Event()
    toy.before = waits_for(gate)
    await toy.start()
    first, same = buses.seal(an_overdue()), buses.seal(an_overdue())
    sending = [
        asyncio.create_task(buses.publish_bytes(envelope.model_dump_json().encode(), envelope))
        for envelope in (first, same, same)
    ]
    await eventually(lambda: toy.calls)
    gate.set()

    await asyncio.gather(*sending)
    await eventually(lambda: toy.has(2))
    assert len(toy.calls) == 2


async def test_duplicates_and_disorder_of_any_kind_have_one_effect_each(buses: Buses) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    toy = await (await buses.toy(in_batches)).start()
    envelopes = [buses.seal(an_overdue()) for _ in range(40)]
    sent = envelopes + chance.choices(envelopes, k=60)
    chance.shuffle(sent)

    await asyncio.gather(*(buses.publish_bytes(envelope.model_dump_json().encode(), envelope) for envelope in sent))

    await eventually(lambda: toy.has(40))
    assert len(toy.calls) == 40


async def test_a_handler_that_fails_after_writing_leaves_nothing_and_is_tried_again(buses: Buses) -> None:
    toy = await buses.toy()
    toy.after = Fails(TryLater("busy"), times=1)
    await toy.start()
    event = an_overdue()

    await buses.publish(event)

    await eventually(lambda: toy.inbox("waiting"))
    assert await toy.effects() == []
    buses.clock.advance(_FIVE_SECONDS)
    await eventually(lambda: toy.has(1))
    assert await toy.effects() == [(event.document_id, 1)]


async def test_nothing_is_acknowledged_before_the_commit(buses: Buses) -> None:
    toy = await buses.toy(one_by_one, drain_s=0.1)
    never = asyncio.Event()
    toy.before = waits_for(never)
    await toy.start()
    envelope = buses.seal(an_overdue())
    body = envelope.model_dump_json().encode()
    sending = asyncio.create_task(buses.publish_bytes(body, envelope))
    await eventually(lambda: toy.calls)

    await toy.crash()
    toy.before = nothing
    await toy.start()

    if buses.in_process:
        # In process the publisher gets an error, and its outbox sends the message again.
        await asyncio.gather(sending, return_exceptions=True)
        assert sending.exception() is not None
        await buses.publish_bytes(body, envelope)
    await eventually(lambda: toy.has(1))
    await asyncio.gather(sending, return_exceptions=True)


async def test_a_slow_subscriber_does_not_block_another(buses: Buses) -> None:
    slow, quick = await buses.toy(), await buses.toy(in_batches)
    gate = asyncio.Event()
    slow.before = waits_for(gate)
    for toy in (slow, quick):
        await toy.start()

    sending = [asyncio.create_task(buses.publish(an_overdue())) for _ in range(100)]

    await eventually(lambda: quick.has(100))
    assert await slow.effects() == []
    gate.set()
    await eventually(lambda: slow.has(100))
    await asyncio.gather(*sending)


async def test_a_batched_subscription_handles_many_messages_in_few_transactions(buses: Buses) -> None:
    toy = await (await buses.toy(in_batches)).start()

    await asyncio.gather(*(buses.publish(an_overdue()) for _ in range(200)))

    await eventually(lambda: toy.has(200))
    assert len(toy.batches) < 100
    assert max(toy.batches) <= 50


async def test_an_event_without_subscribers_is_accepted(buses: Buses) -> None:
    await buses.publish(a_settled())


async def test_an_event_that_a_handler_emits_names_the_message_that_caused_it(buses: Buses) -> None:
    toy = await buses.toy()
    settled = a_settled(new_id())

    async def emit(work: UnitOfWork, _event: DocumentOverdue) -> None:
        work.emit(settled)

    toy.before = emit
    await toy.start()
    [envelope] = await buses.publish(an_overdue())

    [row] = await eventually(
        lambda: toy.rows(
            "select body::json ->> 'causationid' as cause, body::json ->> 'correlationid' as correlation from outbox"
        )
    )
    assert (row.cause, row.correlation) == (str(envelope.id), "outside")
