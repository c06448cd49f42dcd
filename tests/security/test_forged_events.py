"""Whoever reaches the broker makes no key: `api-key-changed` counts only when the customers service published it."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import aio_pika
import httpx2
import pytest
import sqlalchemy as sa
from aiormq.exceptions import ChannelAccessRefused
from pydantic import SecretStr

from cli.run import serving_runtime
from services.system import load
from shared.clock import SystemClock
from shared.contracts.customers import ApiKeyChanged
from shared.contracts.delivery import DocumentDispatched
from shared.contracts.envelope import Envelope, seal
from shared.contracts.payments import PaymentMatched
from shared.db.database import Cause
from shared.db.sql import run
from shared.ids import new_id
from shared.messaging import parked, topology
from shared.messaging.bus import Outgoing
from shared.runtime import Runtime
from tests.support.broker_users import BrokerWithUsers
from tests.support.eventually import eventually
from tests.support.keys import a_key_changed
from tests.support.postgres import TestPostgres
from tests.support.service import client_for

pytestmark = pytest.mark.rabbit
KEYS = "select key_id from api_key"
PARKED = "select reason from inbox where state = 'parked'"
DONE_WITH = "select state from inbox where state in ('parked', 'handled', 'discarded')"


@pytest.fixture
async def ledger(broker: BrokerWithUsers, postgres: TestPostgres, tmp_path: Path) -> AsyncIterator[Runtime[Any]]:
    """The ledger as its process runs it, with the rights of its own broker user."""
    database = postgres.fresh("ledger")
    settings = database.settings(tmp_path / "objects", amqp_url=SecretStr(broker.url("ledger")))
    async with serving_runtime(load("ledger"), settings) as runtime:
        yield runtime
    database.drop()


def a_bureau_key() -> tuple[Envelope, str]:
    """The event that would make a key for everything, and the key's secret."""
    event, secret = a_key_changed()
    return seal(event, event_id=new_id(), time=SystemClock().now(), correlation_id="forged", causation_id=None), secret


async def publish(url: str, envelope: Envelope, routing_key: str, user: str | None = None) -> None:
    """Publish as anyone with an account on the broker can."""
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        exchange = await channel.get_exchange(topology.EVENTS)
        message = aio_pika.Message(envelope.model_dump_json().encode(), user_id=user)
        await exchange.publish(message, routing_key=routing_key)


async def rows_of(ledger: Runtime[Any], statement: str) -> Sequence[Any]:
    async with ledger.database.unit(Cause("test")) as work:
        return (await run(work.session, sa.text(statement))).all()


async def status_with(ledger: Runtime[Any], secret: str) -> int:
    headers = {"Authorization": f"Bearer {secret}", "Faktura-Client": str(new_id())}
    async with client_for(ledger) as http:
        return (await http.get("/v1/ledger/entries", headers=headers)).status_code


async def test_a_key_that_customers_published_is_accepted(broker: BrokerWithUsers, ledger: Runtime[Any]) -> None:
    envelope, secret = a_bureau_key()
    customers = await broker.bus("customers")

    await customers.publish(Outgoing(envelope.id, envelope.type, envelope.model_dump_json().encode()))

    await eventually(lambda: rows_of(ledger, KEYS))
    assert await status_with(ledger, secret) != httpx2.codes.UNAUTHORIZED
    await customers.close()


async def test_the_broker_refuses_a_key_from_another_service(broker: BrokerWithUsers, ledger: Runtime[Any]) -> None:
    envelope, secret = a_bureau_key()

    with pytest.raises(ChannelAccessRefused):
        await publish(broker.url("payments"), envelope, ApiKeyChanged.TYPE, user="faktura_payments")

    assert await status_with(ledger, secret) == httpx2.codes.UNAUTHORIZED
    assert await rows_of(ledger, KEYS) == []


@pytest.mark.parametrize("user", ["administrator", None])
async def test_a_key_from_a_user_who_may_publish_everything_is_parked(
    broker: BrokerWithUsers, ledger: Runtime[Any], user: str | None
) -> None:
    envelope, secret = a_bureau_key()

    await publish(broker.private.url, envelope, ApiKeyChanged.TYPE, user=user)

    await parked_as_forged(ledger)
    assert await status_with(ledger, secret) == httpx2.codes.UNAUTHORIZED
    assert await rows_of(ledger, KEYS) == []


async def test_a_key_under_the_routing_key_of_another_event_is_parked(
    broker: BrokerWithUsers, ledger: Runtime[Any]
) -> None:
    envelope, secret = a_bureau_key()

    await publish(broker.url("payments"), envelope, PaymentMatched.TYPE, user="faktura_payments")

    await parked_as_forged(ledger)
    assert await status_with(ledger, secret) == httpx2.codes.UNAUTHORIZED
    assert await rows_of(ledger, KEYS) == []


async def test_a_dead_letter_of_a_queue_that_never_was_makes_no_key_even_when_replayed(
    broker: BrokerWithUsers, postgres: TestPostgres, tmp_path: Path
) -> None:
    """Unreadable at first, so that it is parked; its headers name a queue whose events delivery may publish."""
    envelope, secret = a_bureau_key()
    body = envelope.model_dump_json().encode().replace(b'"forged"', b'"forged\xff"')
    assert b"\xff" in body
    await dies_in_the_queue_of_ledger(broker, body)
    database = postgres.fresh("ledger")
    settings = database.settings(tmp_path / "objects", amqp_url=SecretStr(broker.url("ledger")))
    async with serving_runtime(load("ledger"), settings) as ledger:
        await eventually(lambda: rows_of(ledger, PARKED))
        async with ledger.database.unit(Cause("test")) as work:
            await parked.replay(work.session, work.clock.now())
        await eventually(lambda: rows_of(ledger, DONE_WITH))
        assert await status_with(ledger, secret) == httpx2.codes.UNAUTHORIZED
        assert await rows_of(ledger, KEYS) == []
    database.drop()


async def dies_in_the_queue_of_ledger(broker: BrokerWithUsers, body: bytes) -> None:
    """Delivery publishes it, with headers that it made up; nobody takes it, and it expires."""
    queue = "ledger.delivery.nothing.v1"
    died = {"queue": queue, "reason": "delivery_limit", "count": 1, "exchange": topology.EVENTS, "routing-keys": ["a"]}
    headers: dict[str, Any] = {
        "x-first-death-queue": queue,
        "x-first-death-reason": "delivery_limit",
        "x-death": [died],
    }
    async with await aio_pika.connect(broker.url("delivery")) as connection, connection.channel() as channel:
        exchange = await channel.get_exchange(topology.EVENTS)
        message = aio_pika.Message(body, user_id="faktura_delivery", headers=headers, expiration=0.05)
        await exchange.publish(message, routing_key=DocumentDispatched.TYPE)
    name = topology.dead_letter_queue("ledger").name
    async with await aio_pika.connect(broker.private.url) as connection, connection.channel() as channel:

        async def is_dead() -> bool:
            queue = await channel.declare_queue(name, passive=True)
            return bool(queue.declaration_result.message_count)

        await eventually(is_dead)


async def parked_as_forged(ledger: Runtime[Any]) -> None:
    [row] = await eventually(lambda: rows_of(ledger, PARKED))
    assert row.reason.startswith("ForgedEvent: ")
    assert row.reason.endswith("belongs to faktura_customers")
