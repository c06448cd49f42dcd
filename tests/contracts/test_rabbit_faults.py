"""RabbitMQ and the network fail in the middle of a stream: nothing lost, every effect once, consumers there again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from urllib.parse import urlsplit
from uuid import UUID

import aio_pika
import pytest

from dev.broker import PrivateBroker
from shared.messaging import topology
from tests.support.buses import Buses
from tests.support.eventually import eventually
from tests.support.proxy import Proxy, proxy_to
from tests.support.toy import Toy, a_settled, an_overdue, deaf, in_batches, one_by_one

pytestmark = pytest.mark.rabbit

STREAM = 200


async def _stream(speaker: Toy) -> None:
    for _ in range(STREAM // 10):
        await speaker.emit(*(an_overdue() for _ in range(10)))
        await asyncio.sleep(0)


async def _all_came_through(speaker: Toy, *listeners: Toy) -> None:
    for listener in listeners:
        await eventually(partial(listener.has, STREAM), within=30)
        assert await listener.inbox("parked") == []
        assert await listener.inbox("waiting") == []
    await eventually(lambda: _is_empty(speaker))


async def _is_empty(speaker: Toy) -> bool:
    return await speaker.unpublished() == 0


def _moved_on(toy: Toy, seen: int) -> bool:
    return len(toy.calls) > seen or len(toy.calls) == STREAM


def _stop_and_start(broker: PrivateBroker) -> None:
    broker.stop()
    broker.start()


def _kill_and_start(broker: PrivateBroker) -> None:
    broker.kill()
    broker.start()


@pytest.mark.slow
@pytest.mark.parametrize("restart", [_stop_and_start, _kill_and_start])
async def test_a_broker_that_restarts_in_mid_stream_loses_nothing(
    rabbit: Buses, shared_broker: PrivateBroker, restart: Callable[[PrivateBroker], None]
) -> None:
    single, batches = await (await rabbit.toy()).start(), await (await rabbit.toy(in_batches)).start()
    speaker = await (await rabbit.toy(deaf)).start()
    streaming = asyncio.create_task(_stream(speaker))
    await eventually(lambda: single.calls)

    await asyncio.to_thread(restart, shared_broker)

    await streaming
    await _all_came_through(speaker, single, batches)
    await eventually(lambda: all(toy.running.bus.attached() for toy in (single, batches, speaker)))
    await speaker.emit(last := an_overdue())
    await eventually(lambda: last in single.calls and last in batches.calls)


@pytest.fixture
async def proxy(shared_broker: PrivateBroker, rabbit: Buses, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """Toys reach the broker through this; heartbeats and timeouts are short enough for a test."""
    monkeypatch.setattr("shared.messaging.rabbit.HEARTBEAT_S", 1)
    monkeypatch.setattr("shared.messaging.publisher.PUBLISH_TIMEOUT_S", 2.0)
    monkeypatch.setattr("shared.messaging.relay.TROUBLE_PAUSE_S", 0.2)
    at = urlsplit(shared_broker.url)
    async with proxy_to(at.hostname or "", at.port or 0) as proxy:
        rabbit.url = f"amqp://guest:guest@127.0.0.1:{proxy.port}/"
        yield proxy
        rabbit.url = shared_broker.url


@pytest.mark.parametrize("times", [1, 3])
async def test_connections_that_are_reset_lose_nothing(rabbit: Buses, proxy: Proxy, times: int) -> None:
    single, batches = await (await rabbit.toy()).start(), await (await rabbit.toy(in_batches)).start()
    speaker = await (await rabbit.toy(deaf)).start()
    streaming = asyncio.create_task(_stream(speaker))

    for _ in range(times):
        seen = len(single.calls)
        await eventually(partial(_moved_on, single, seen))
        proxy.cut()

    await streaming
    await _all_came_through(speaker, single, batches)


async def test_a_network_that_swallows_everything_is_noticed_and_nothing_is_lost(rabbit: Buses, proxy: Proxy) -> None:
    listener = await (await rabbit.toy(in_batches)).start()
    speaker = await (await rabbit.toy(deaf)).start()
    streaming = asyncio.create_task(_stream(speaker))
    await eventually(lambda: listener.calls)

    proxy.black_hole()
    await streaming
    await eventually(lambda: not listener.running.bus.attached(), within=20)
    proxy.heal()

    await _all_came_through(speaker, listener)
    await eventually(listener.running.bus.attached)


async def test_a_connection_that_is_closed_on_one_side_only_loses_nothing(rabbit: Buses, proxy: Proxy) -> None:
    listener = await (await rabbit.toy()).start()
    speaker = await (await rabbit.toy(deaf)).start()
    streaming = asyncio.create_task(_stream(speaker))
    await eventually(lambda: listener.calls)

    proxy.half_close()

    await streaming
    await _all_came_through(speaker, listener)


async def test_stopping_takes_seconds_also_when_the_broker_cannot_be_reached(rabbit: Buses, proxy: Proxy) -> None:
    toy = await (await rabbit.toy()).start()
    proxy.refusing = True
    proxy.cut()
    await eventually(lambda: not toy.running.bus.attached())
    await toy.emit(an_overdue())

    async with asyncio.timeout(8):
        await toy.stop()

    assert await toy.unpublished() == 1


async def test_a_fact_that_nobody_hears_is_kept_where_it_can_be_seen(rabbit: Buses) -> None:
    [envelope] = await rabbit.publish(a_settled())

    async with await aio_pika.connect(rabbit.url) as connection, connection.channel() as channel:
        queue = await channel.get_queue(topology.UNHEARD)
        await eventually(lambda: _next_is(queue, envelope.id))


async def _next_is(queue: aio_pika.abc.AbstractQueue, message_id: UUID) -> bool:
    """Take one message from the queue; earlier tests may have left theirs."""
    message = await queue.get(fail=False)
    if message is None:
        return False
    await message.ack()
    return message.message_id == str(message_id)


async def test_a_message_that_ends_the_process_each_time_is_filed_as_parked(rabbit: Buses) -> None:
    toy = await rabbit.toy(one_by_one)
    await toy.start()
    pipeline = toy.running._pumps[0].pipeline
    returns = 0

    async def dies(messages: list[object]) -> None:
        nonlocal returns
        returns += 1
        for message in messages:
            await message.give_back()  # type: ignore[attr-defined]

    really = pipeline.take
    pipeline.take = dies  # type: ignore[method-assign, assignment]  # the process dies before the inbox is reached
    [envelope] = await rabbit.publish(an_overdue())

    [row] = await eventually(lambda: toy.inbox("parked"))
    assert returns == topology.DELIVERY_LIMIT + 1
    assert row.message_id == envelope.id
    assert row.consumer == pipeline.consumer
    assert row.reason.startswith("returned too often")
    pipeline.take = really  # type: ignore[method-assign]
    await rabbit.publish(an_overdue())
    await eventually(lambda: toy.has(1))


async def test_a_queue_that_is_deleted_under_its_consumer_is_made_again(rabbit: Buses) -> None:
    toy = await (await rabbit.toy()).start()
    name = toy.running._pumps[0].pipeline.consumer
    async with await aio_pika.connect(rabbit.url) as connection, connection.channel() as channel:
        await channel.queue_delete(name)

        async def there_again() -> bool:
            async with connection.channel() as fresh:
                found = await fresh.declare_queue(name, passive=True)
                return (found.declaration_result.consumer_count or 0) == 1

        await eventually(there_again)
    await rabbit.publish(an_overdue())
    await eventually(lambda: toy.has(1))
