"""The private RabbitMQ: on the loopback only, keeps its messages through a power cut, and is never left running."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import aio_pika
import psutil
import pytest

from dev.broker import PrivateBroker, PrivateBrokerError
from tests.support.eventually import eventually

pytestmark = pytest.mark.rabbit

_KILLED_OWNER = """
import os, signal, sys
from pathlib import Path
from dev.broker import PrivateBroker

broker = PrivateBroker(Path(sys.argv[1])).start()
print(broker.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateBroker]:
    with PrivateBroker(tmp_path_factory.mktemp("broker")) as running:
        yield running


def _processes_in(directory: Path) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if _works_for(directory, process)]


def _works_for(directory: Path, process: psutil.Process) -> bool:
    try:
        return process.environ().get("HOME") == str(directory)
    except psutil.Error:
        return False


def _listening_addresses(directory: Path) -> set[str]:
    sockets = [socket for process in _processes_in(directory) for socket in process.net_connections("inet")]
    return {socket.laddr.ip for socket in sockets if socket.status == psutil.CONN_LISTEN}


async def _declare_quorum_queue(channel: aio_pika.abc.AbstractChannel) -> aio_pika.abc.AbstractQueue:
    return await channel.declare_queue("kept", durable=True, arguments={"x-queue-type": "quorum"})


async def _publish(broker: PrivateBroker, body: bytes) -> None:
    async with await aio_pika.connect(broker.url) as connection, connection.channel() as channel:
        await _declare_quorum_queue(channel)
        message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, routing_key="kept", timeout=10)


async def _get(broker: PrivateBroker) -> bytes:
    async with await aio_pika.connect(broker.url) as connection, connection.channel() as channel:
        message = await (await _declare_quorum_queue(channel)).get(timeout=10)
        assert message is not None
        await message.ack()
        return message.body


async def test_it_carries_a_message_through_a_quorum_queue(broker: PrivateBroker) -> None:
    await _publish(broker, b"faktura 1001")

    assert await _get(broker) == b"faktura 1001"


def test_it_listens_on_the_loopback_only(broker: PrivateBroker) -> None:
    assert _listening_addresses(broker.log.parent) <= {"127.0.0.1", "::1"}


async def test_the_newcomers_user_guest_does_not_exist(broker: PrivateBroker) -> None:
    with pytest.raises(aio_pika.exceptions.AMQPConnectionError):
        await aio_pika.connect(broker.address_of("guest", "guest"))


async def test_a_confirmed_message_survives_a_power_cut(broker: PrivateBroker) -> None:
    await _publish(broker, b"confirmed")
    address = broker.url

    broker.kill()
    with pytest.raises(ConnectionError):
        await aio_pika.connect(address)
    broker.start()

    assert broker.url == address
    assert await eventually(lambda: _get(broker)) == b"confirmed"


async def test_a_confirmed_message_survives_a_graceful_restart(broker: PrivateBroker) -> None:
    await _publish(broker, b"confirmed")

    broker.stop()
    broker.start()

    assert await eventually(lambda: _get(broker)) == b"confirmed"


@pytest.mark.slow
async def test_another_process_can_use_the_data_left_by_the_first(tmp_path: Path) -> None:
    with PrivateBroker(tmp_path) as first:
        await _publish(first, b"left behind")

    with PrivateBroker(tmp_path) as second:
        assert await eventually(lambda: _get(second)) == b"left behind"


def test_starting_a_running_broker_is_an_error(broker: PrivateBroker) -> None:
    with pytest.raises(PrivateBrokerError, match="running already"):
        broker.start()


@pytest.mark.slow
async def test_no_process_is_left_when_it_stops(tmp_path: Path) -> None:
    with PrivateBroker(tmp_path):
        assert _processes_in(tmp_path)

    await eventually(lambda: not _processes_in(tmp_path))


@pytest.mark.slow
async def test_no_process_is_left_when_its_owner_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _KILLED_OWNER, str(tmp_path)]
    owner = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: ASYNC221 nothing else runs here

    assert owner.returncode == -signal.SIGKILL, owner.stderr
    await eventually(lambda: not _processes_in(tmp_path))


async def test_a_broker_that_cannot_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    broker = PrivateBroker(tmp_path)
    taken = ("127.0.0.1", urlsplit(broker.url).port or 0)
    with socket.create_server(taken), pytest.raises(PrivateBrokerError, match="eaddrinuse"):
        broker.start()

    await eventually(lambda: not _processes_in(tmp_path))


def test_on_a_machine_without_rabbitmq_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dev.broker._SERVER_SCRIPTS", (os.devnull,))

    with pytest.raises(PrivateBrokerError, match=r"apt-get install .*rabbitmq-server"):
        PrivateBroker(tmp_path).start()
