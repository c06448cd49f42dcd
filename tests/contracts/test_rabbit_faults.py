"""RabbitMQ and the network fail in mid-stream: nothing is lost, every effect happens once, consumers come back."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from urllib.parse import urlsplit
from uuid import UUID

import aio_pika
import psutil
import pytest

from dev.broker import PrivateBroker
from shared.contracts.payments import DocumentSettled
from shared.ids import new_id
from shared.messaging import topology
from shared.messaging.bus import Incoming, Outgoing
from shared.messaging.rabbit import RabbitBus
from tests.support.buses import Buses
from tests.support.eventually import eventually
from tests.support.proxy import Proxy, proxy_to
from tests.support.toy import Toy, a_settled, an_overdue, in_batches, no_subscriptions, one_by_one

pytestmark = pytest.mark.rabbit

STREAM = 200


async def _stream(publisher: Toy) -> None:
    for _ in range(STREAM // 10):
        await publisher.emit(*(an_overdue() for _ in range(10)))
        await asyncio.sleep(0)


async def _all_handled(publisher: Toy, *subscribers: Toy) -> None:
    for subscriber in subscribers:
        await eventually(partial(subscriber.has, STREAM), within=30)
        assert await subscriber.inbox("parked") == []
        assert await subscriber.inbox("waiting") == []
    await eventually(lambda: _is_empty(publisher))


async def _is_empty(publisher: Toy) -> bool:
    return await publisher.unpublished() == 0


def _moved_on(toy: Toy, calls: int) -> bool:
    return len(toy.calls) > calls or len(toy.calls) == STREAM


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
    publisher = await (await rabbit.toy(no_subscriptions)).start()
    streaming = asyncio.create_task(_stream(publisher))
    await eventually(lambda: single.calls)

    await asyncio.to_thread(restart, shared_broker)

    await streaming
    await _all_handled(publisher, single, batches)
    await eventually(lambda: all(toy.running.bus.attached() for toy in (single, batches, publisher)))
    await publisher.emit(last := an_overdue())
    await eventually(lambda: last in single.calls and last in batches.calls)


@pytest.fixture
async def proxy(shared_broker: PrivateBroker, rabbit: Buses, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """Toys reach the broker through this proxy, with heartbeats and timeouts short enough for a test."""
    monkeypatch.setattr("shared.messaging.rabbit.HEARTBEAT_S", 1)
    monkeypatch.setattr("shared.messaging.publisher.PUBLISH_TIMEOUT_S", 2.0)
    monkeypatch.setattr("shared.messaging.relay.TROUBLE_PAUSE_S", 0.2)
    address = urlsplit(shared_broker.url)
    async with proxy_to(address.hostname or "", address.port or 0) as proxy:
        rabbit.url = shared_broker.url.replace(str(address.port), str(proxy.port))
        yield proxy
        rabbit.url = shared_broker.url


@pytest.mark.parametrize("times", [1, 3])
async def test_connections_that_are_reset_lose_nothing(rabbit: Buses, proxy: Proxy, times: int) -> None:
    single, batches = await (await rabbit.toy()).start(), await (await rabbit.toy(in_batches)).start()
    publisher = await (await rabbit.toy(no_subscriptions)).start()
    streaming = asyncio.create_task(_stream(publisher))

    for _ in range(times):
        calls = len(single.calls)
        await eventually(partial(_moved_on, single, calls))
        proxy.cut()

    await streaming
    await _all_handled(publisher, single, batches)


async def test_a_network_that_swallows_everything_is_noticed_and_nothing_is_lost(rabbit: Buses, proxy: Proxy) -> None:
    subscriber = await (await rabbit.toy(in_batches)).start()
    publisher = await (await rabbit.toy(no_subscriptions)).start()
    streaming = asyncio.create_task(_stream(publisher))
    await eventually(lambda: subscriber.calls)

    proxy.black_hole()
    await streaming
    await eventually(lambda: not subscriber.running.bus.attached(), within=20)
    proxy.heal()

    await _all_handled(publisher, subscriber)
    await eventually(subscriber.running.bus.attached)


async def test_a_connection_that_is_closed_on_one_side_only_loses_nothing(rabbit: Buses, proxy: Proxy) -> None:
    subscriber = await (await rabbit.toy()).start()
    publisher = await (await rabbit.toy(no_subscriptions)).start()
    streaming = asyncio.create_task(_stream(publisher))
    await eventually(lambda: subscriber.calls)

    proxy.half_close()

    await streaming
    await _all_handled(publisher, subscriber)


async def test_stopping_takes_only_seconds_when_the_broker_cannot_be_reached(rabbit: Buses, proxy: Proxy) -> None:
    toy = await (await rabbit.toy()).start()
    proxy.refusing = True
    proxy.cut()
    await eventually(lambda: not toy.running.bus.attached())
    await toy.emit(an_overdue())

    async with asyncio.timeout(8):
        await toy.stop()

    assert await toy.unpublished() == 1


async def test_no_connection_is_left_open_after_starting_over_and_closing(rabbit: Buses) -> None:
    bus = await rabbit.connect("outside")
    for _ in range(3):
        sealed = rabbit.seal(a_settled())
        await bus.publish(Outgoing(sealed.id, sealed.type, sealed.model_dump_json().encode()))
        assert _connections_to(rabbit.url) == 2
        await bus.after_failed_publish()
        assert _connections_to(rabbit.url) == 1

    await bus.close()

    assert _connections_to(rabbit.url) == 0


def _connections_to(url: str) -> int:
    """How many connections this process holds open to the broker."""
    connections = psutil.Process().net_connections("tcp")
    established = [peer for peer in connections if peer.status == psutil.CONN_ESTABLISHED]
    return sum(peer.raddr.port == urlsplit(url).port for peer in established)


async def test_an_event_without_subscribers_is_kept_for_inspection(rabbit: Buses) -> None:
    [envelope] = await rabbit.publish(a_settled())

    async with await aio_pika.connect(rabbit.url) as connection, connection.channel() as channel:
        queue = await channel.get_queue(topology.UNROUTED)
        await eventually(lambda: _holds(queue, envelope.id))


async def _holds(queue: aio_pika.abc.AbstractQueue, message_id: UUID) -> bool:
    """Take messages from the queue up to this one; earlier tests may have left many."""
    while (message := await queue.get(fail=False)) is not None:
        await message.ack()
        if message.message_id == str(message_id):
            return True
    return False


async def test_a_message_that_ends_the_process_each_time_is_parked(rabbit: Buses) -> None:
    toy = await rabbit.toy(one_by_one)
    await toy.start()
    pipeline = toy.running._pumps[0].pipeline
    returns = 0

    async def dies(messages: Sequence[Incoming]) -> None:
        nonlocal returns
        returns += 1
        for message in messages:
            await message.give_back()

    original = pipeline.take
    pipeline.take = dies  # type: ignore[method-assign]  # the process dies before the inbox is reached
    [envelope] = await rabbit.publish(an_overdue())

    [row] = await eventually(lambda: toy.inbox("parked"))
    assert returns == topology.DELIVERY_LIMIT + 1
    assert row.message_id == envelope.id
    assert row.consumer == pipeline.consumer
    assert row.reason.startswith("returned too often")
    pipeline.take = original  # type: ignore[method-assign]  # the process lives again
    await rabbit.publish(an_overdue())
    await eventually(lambda: toy.has(1))


async def test_a_queue_that_is_deleted_under_its_consumer_is_declared_again(rabbit: Buses) -> None:
    toy = await (await rabbit.toy()).start()
    name = toy.running._pumps[0].pipeline.consumer
    async with await aio_pika.connect(rabbit.url) as connection, connection.channel() as channel:
        await channel.queue_delete(name)

        async def has_its_consumer_again() -> bool:
            async with connection.channel() as fresh:
                queue = await fresh.declare_queue(name, passive=True)
                return (queue.declaration_result.consumer_count or 0) == 1

        await eventually(has_its_consumer_again)
    await rabbit.publish(an_overdue())
    await eventually(lambda: toy.has(1))


async def test_the_queue_of_a_dropped_subscription_gets_nothing_more_and_keeps_what_it_has(rabbit: Buses) -> None:
    service = f"once{new_id().hex}"
    spec = topology.subscription_queue(service, DocumentSettled.TYPE)
    bus = await rabbit.connect("outside")
    assert isinstance(bus, RabbitBus)
    await bus.declare_queues([spec])
    await rabbit.publish(a_settled())

    await bus.unbind_queues([spec])
    await bus.unbind_queues([spec, topology.subscription_queue(f"{service}-never", DocumentSettled.TYPE)])
    await rabbit.publish(a_settled())

    async with await aio_pika.connect(rabbit.url) as connection, connection.channel() as channel:
        queue = await channel.declare_queue(spec.name, passive=True)
        assert queue.declaration_result.message_count == 1
        await channel.queue_delete(spec.name)
    await bus.close()
