"""One queue or one event fails on RabbitMQ: it holds up nothing else, and what it holds up is published in the end."""

import asyncio
from typing import Any

import aio_pika
import pytest

from dev.broker import PrivateBroker
from shared.contracts.payments import DocumentOverdue, DocumentSettled
from shared.messaging import publisher as publisher_module
from shared.messaging import topology
from shared.messaging.bus import Outgoing
from tests.support.buses import Buses
from tests.support.eventually import eventually
from tests.support.toy import Toy, a_settled, an_overdue, no_subscriptions

pytestmark = pytest.mark.rabbit


async def test_a_full_queue_holds_up_only_the_events_for_it(rabbit: Buses) -> None:
    publisher = await (await rabbit.toy(no_subscriptions)).start()
    refused, passed = [an_overdue() for _ in range(300)], [a_settled() for _ in range(20)]
    async with await aio_pika.connect(rabbit.url) as connection, connection.channel() as channel:
        arguments: Any = {"x-max-length": 1, "x-overflow": "reject-publish"}
        full = await channel.declare_queue("full-queue", arguments=arguments)
        await full.bind(topology.EVENTS, DocumentOverdue.TYPE)

        await publisher.emit(*refused)
        await eventually(lambda: _count_backing_off(publisher, 290))
        await publisher.emit(*passed)
        await eventually(lambda: _are_published(publisher, DocumentSettled.TYPE, 20))
        assert await publisher.rows("select 1 from outbox where stuck_reason is not null") == []

        await full.delete(if_unused=False, if_empty=False)
    await publisher.rows("update outbox set next_attempt_at = now() where published_at is null")
    await eventually(lambda: _is_empty(publisher))


async def _count_backing_off(publisher: Toy, least: int) -> bool:
    return len(await publisher.rows("select 1 from outbox where next_attempt_at > now()")) >= least


async def _are_published(publisher: Toy, event_type: str, count: int) -> bool:
    query = "select 1 from outbox where published_at is not null and type = :type"
    return len(await publisher.rows(query, type=event_type)) == count


async def _is_empty(publisher: Toy) -> bool:
    return await publisher.unpublished() == 0


async def test_a_queue_that_never_answers_holds_up_only_the_events_for_it(
    rabbit: Buses, shared_broker: PrivateBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.publisher.PUBLISH_TIMEOUT_S", 1.0)
    monkeypatch.setattr("shared.messaging.relay.TROUBLE_PAUSE_S", 0.1)
    publisher = await (await rabbit.toy(no_subscriptions)).start()
    async with await aio_pika.connect(rabbit.url) as connection, connection.channel() as channel:
        dead = await channel.declare_queue("dead-queue")
        await dead.bind(topology.EVENTS, DocumentOverdue.TYPE)
        await asyncio.to_thread(_in_broker, shared_broker, SUSPEND)

        await publisher.emit(*(an_overdue() for _ in range(300)))
        await publisher.emit(*(a_settled() for _ in range(20)))
        await eventually(lambda: _are_published(publisher, DocumentSettled.TYPE, 20), within=40)
        assert await publisher.rows("select 1 from outbox where published_at is null") != []

        await asyncio.to_thread(_in_broker, shared_broker, RESUME)
        await publisher.rows("update outbox set next_attempt_at = now() where published_at is null")
        await eventually(lambda: _is_empty(publisher), within=40)
        await dead.delete(if_unused=False, if_empty=False)


_QUEUE = '{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"dead-queue">>)), '
SUSPEND = _QUEUE + "sys:suspend(amqqueue:get_pid(Q))."
RESUME = _QUEUE + "sys:resume(amqqueue:get_pid(Q))."


def _in_broker(broker: PrivateBroker, expression: str) -> None:
    broker.control("eval", expression)


async def test_an_event_for_which_the_broker_closes_the_channel_backs_off_and_the_others_pass(
    rabbit: Buses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.relay.TROUBLE_PAUSE_S", 0.05)
    monkeypatch.setattr("shared.messaging.outbox.BACKOFF_S", (0.1, 0.2, 0.4, 0.8, 1.6))
    publisher = await (await rabbit.toy(no_subscriptions)).start()
    original = publisher_module._as_amqp

    def as_amqp(message: Outgoing, service: str, user: str) -> aio_pika.Message:
        """The broker closes a channel on which somebody poses as another user."""
        return original(message, service, "somebody else" if b'"level":13,' in message.body else user)

    monkeypatch.setattr(publisher_module, "_as_amqp", as_amqp)

    await publisher.emit(*(an_overdue(level=level) for level in range(1, 301)))

    await eventually(lambda: _are_published(publisher, DocumentOverdue.TYPE, 299), within=40)
    [row] = await publisher.rows("select failures, stuck_reason from outbox where published_at is null")
    assert row.failures > 0
    assert row.stuck_reason is None
