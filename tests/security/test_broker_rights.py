"""On a broker with the definitions that ship, a service's user can do its work and nothing else."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from aiormq.exceptions import ChannelAccessRefused

from cli.broker_definitions import BadPasswordFile, passwords_in
from services.system import NAMES, subscribed_queues
from shared.contracts.customers import ApiKeyChanged
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.payments import DocumentSettled
from shared.ids import new_id
from shared.messaging import topology
from shared.messaging.bus import Listener, Outgoing
from shared.messaging.rabbit import QueueMissing, RabbitBus, RabbitDelivery
from tests.support.broker_users import BrokerWithUsers
from tests.support.eventually import eventually

pytestmark = pytest.mark.rabbit

LEDGERS_QUEUE = topology.subscription_queue("ledger", ApiKeyChanged.TYPE)


async def test_every_service_connects_finds_its_queues_and_reads_them(broker: BrokerWithUsers) -> None:
    for name in NAMES:
        bus = await broker.bus(name)
        await bus.declare_queues(subscribed_queues())
        own = [queue.routing_key for queue in subscribed_queues() if queue.name.startswith(f"{name}.")]
        await bus.listen([Listener("", event_type, 1, lambda _: None) for event_type in own])
        await bus.listen_for_dead_letters(lambda _: None)
        assert bus.attached()
        await bus.close()


async def test_an_event_of_its_own_reaches_the_subscriber_with_the_name_of_its_publisher(
    broker: BrokerWithUsers,
) -> None:
    received: list[RabbitDelivery] = []
    publisher, subscriber = await broker.bus("documents"), await broker.bus("payments")
    await subscriber.listen([Listener("", DocumentConfirmed.TYPE, 1, received.append)])  # type: ignore[arg-type]  # this bus delivers nothing else

    await publisher.publish(Outgoing(new_id(), DocumentConfirmed.TYPE, b"{}"))

    [delivery] = await eventually(lambda: received)
    delivery.check_origin(DocumentConfirmed.TYPE)
    await delivery.acknowledge()
    await asyncio.gather(publisher.close(), subscriber.close())


async def test_after_a_restart_of_the_broker_a_service_consumes_and_publishes_again(broker: BrokerWithUsers) -> None:
    received: list[RabbitDelivery] = []
    publisher, subscriber = await broker.bus("documents"), await broker.bus("payments")
    await subscriber.declare_queues(subscribed_queues())
    await subscriber.listen([Listener("", DocumentConfirmed.TYPE, 1, received.append)])  # type: ignore[arg-type]  # this bus delivers nothing else
    await subscriber.listen_for_dead_letters(lambda _: None)

    await asyncio.to_thread(broker.private.kill)
    await asyncio.to_thread(broker.private.start)

    await eventually(subscriber.attached, within=30)
    await publisher.after_failed_publish()
    await publisher.publish(Outgoing(new_id(), DocumentConfirmed.TYPE, b"{}"))
    [delivery] = await eventually(lambda: received, within=30)
    await delivery.acknowledge()
    await asyncio.gather(publisher.close(), subscriber.close())


async def test_a_dropped_subscription_does_not_keep_a_service_from_starting(broker: BrokerWithUsers) -> None:
    bus = await broker.bus("payments")
    await bus.unbind_queues([LEDGERS_QUEUE])
    await bus.close()
    assert LEDGERS_QUEUE.name in await asyncio.to_thread(broker.private.control, "list_bindings", "destination_name")


async def _publish_key(channel: AbstractChannel) -> None:
    exchange = await channel.get_exchange(topology.EVENTS)
    await exchange.publish(aio_pika.Message(b"forged"), routing_key=ApiKeyChanged.TYPE)


async def _publish_to_queue(channel: AbstractChannel) -> None:
    await channel.default_exchange.publish(aio_pika.Message(b"forged"), routing_key=LEDGERS_QUEUE.name)


async def _publish_dead_letter(channel: AbstractChannel) -> None:
    exchange = await channel.get_exchange(topology.DEAD_LETTERS)
    await exchange.publish(aio_pika.Message(b"forged"), routing_key="ledger")


async def _read(channel: AbstractChannel) -> None:
    await (await channel.get_queue(LEDGERS_QUEUE.name)).get(fail=False)


async def _purge(channel: AbstractChannel) -> None:
    await (await channel.get_queue(LEDGERS_QUEUE.name)).purge()


async def _delete_queue(channel: AbstractChannel) -> None:
    await channel.queue_delete(LEDGERS_QUEUE.name)


async def _delete_own_queue(channel: AbstractChannel) -> None:
    await channel.queue_delete(topology.consumer_name("payments", DocumentConfirmed.TYPE))


async def _declare(channel: AbstractChannel) -> None:
    await channel.declare_queue("payments.of-its-own")


async def _bind(channel: AbstractChannel) -> None:
    queue = await channel.get_queue(topology.consumer_name("payments", DocumentConfirmed.TYPE))
    await queue.bind(topology.EVENTS, DocumentSettled.TYPE)


@pytest.mark.parametrize(
    "act",
    [
        _publish_key,
        _publish_to_queue,
        _publish_dead_letter,
        _read,
        _purge,
        _delete_queue,
        _delete_own_queue,
        _declare,
        _bind,
    ],
)
async def test_a_service_can_do_nothing_in_the_name_or_with_the_queues_of_another(
    broker: BrokerWithUsers, act: Callable[[AbstractChannel], Awaitable[None]]
) -> None:
    async with await aio_pika.connect(broker.url("payments")) as connection, connection.channel() as channel:
        with pytest.raises(ChannelAccessRefused):
            await act(channel)
    assert await _waiting(broker) == 0


async def _waiting(broker: BrokerWithUsers) -> int | None:
    async with await aio_pika.connect(broker.private.url) as connection, connection.channel() as channel:
        queue = await channel.declare_queue(LEDGERS_QUEUE.name, passive=True)
        return queue.declaration_result.message_count


async def test_the_definitions_are_what_services_declare_themselves_in_development(broker: BrokerWithUsers) -> None:
    bus = await RabbitBus.connect(broker.private.url, "ledger")
    await bus.declare_queues(subscribed_queues())
    await bus.listen_for_dead_letters(lambda _: None)
    assert bus.attached()
    await bus.close()


async def test_a_queue_that_is_missing_is_named(broker: BrokerWithUsers) -> None:
    declaring, bus = await RabbitBus.connect(broker.private.url, "ledger"), await broker.bus("payments")
    async with await aio_pika.connect(broker.private.url) as connection, connection.channel() as channel:
        await channel.queue_delete(LEDGERS_QUEUE.name)

    with pytest.raises(QueueMissing, match=LEDGERS_QUEUE.name):
        await bus.declare_queues(subscribed_queues())

    await declaring.declare_queues(subscribed_queues())
    await asyncio.gather(declaring.close(), bus.close())


def test_passwords_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    file = tmp_path / "passwords.json"

    first = passwords_in(file)

    assert first.keys() == set(NAMES)
    assert len(set(first.values())) == len(NAMES)
    assert file.stat().st_mode & 0o777 == 0o600
    assert passwords_in(file) == first


def test_a_service_that_is_new_gets_a_password_and_the_others_keep_theirs(tmp_path: Path) -> None:
    file = tmp_path / "passwords.json"
    first = passwords_in(file)
    file.write_text(json.dumps({name: first[name] for name in NAMES[1:]}))

    second = passwords_in(file)

    assert {name: second[name] for name in NAMES[1:]} == {name: first[name] for name in NAMES[1:]}
    assert second[NAMES[0]] not in first.values()


@pytest.mark.parametrize(("content", "mode"), [("{}", 0o644), ("[]", 0o600), ("not JSON", 0o600)])
def test_a_file_of_passwords_that_others_can_read_or_that_is_something_else_is_refused(
    tmp_path: Path, content: str, mode: int
) -> None:
    file = tmp_path / "passwords.json"
    file.write_text(content)
    file.chmod(mode)
    with pytest.raises(BadPasswordFile):
        passwords_in(file)
