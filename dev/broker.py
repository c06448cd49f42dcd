"""A private RabbitMQ: on free ports of the loopback, in a directory of its own, ended with this process.

For the tests, and for `--bus rabbit` on a developer's machine. Debian's /usr/sbin/rabbitmq-server refuses users other
than rabbitmq and root, so the script behind it is started.
"""

import atexit
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from dev.broker_files import (
    ADMINISTRATOR,
    LOOPBACK,
    Ports,
    environment_of,
    node_of,
    with_administrator,
    write_configuration,
)
from dev.lifeline import Lifeline
from dev.ports import free_port

_START_SECONDS = 90.0
_STOP_SECONDS = 30.0
_REGISTER_SECONDS = 10.0
_SERVER_SCRIPTS = (
    "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "/opt/homebrew/sbin/rabbitmq-server",
    "/usr/local/sbin/rabbitmq-server",
)
_PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
_METHOD_FRAME = b"\x01"


class PrivateBrokerError(RuntimeError):
    """The private broker cannot be started; the message says why and what to do."""


class PrivateBroker:
    """A RabbitMQ node. Its data stays in `directory` for a later one; its ports stay the same over `kill` and `start`.

    `definitions` are imported at each start, in RabbitMQ's own format. Besides the users in them there is one
    administrator, with a random password; there is no `guest`. Synchronous: from a coroutine, use `asyncio.to_thread`.
    """

    def __init__(
        self, directory: Path, *, plugins: Sequence[str] = (), definitions: Mapping[str, Any] | None = None
    ) -> None:
        self._directory = directory.absolute()
        self._definitions = definitions or {}
        self._password = secrets.token_urlsafe(24)
        self._plugins = tuple(plugins)
        self._ports = Ports(free_port(), free_port(), free_port())
        self._node = node_of(self._directory)
        self._server: _Process | None = None
        self._epmd: _Process | None = None

    @property
    def url(self) -> str:
        """The administrator's address."""
        return self.address_of(ADMINISTRATOR, self._password)

    def address_of(self, user: str, password: str) -> str:
        """The address with which a user of the definitions connects."""
        return f"amqp://{quote(user)}:{quote(password)}@{LOOPBACK}:{self._ports.amqp}/"

    @property
    def node(self) -> str:
        """The Erlang node name, for `rabbitmqctl --node`."""
        return self._node

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables with which `rabbitmqctl` reaches this node."""
        return environment_of(self._directory, self._node, self._ports)

    @property
    def log(self) -> Path:
        return self._directory / "broker.log"

    @property
    def pid(self) -> int | None:
        """The process group of the running node, or None."""
        return self._server.pid if self._server else None

    def control(self, *command: str) -> str:
        """Run a `rabbitmqctl` command on this node and return what it prints.

        Raises:
            PrivateBrokerError: the command failed; the message is its own.
        """
        program = str(Path(_server_script()).with_name("rabbitmqctl"))
        result = subprocess.run(
            [program, "--quiet", "--node", self.node, *command],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise PrivateBrokerError(f"rabbitmqctl {command[0]}: {result.stderr.strip() or result.stdout.strip()}")
        return result.stdout

    def start(self) -> Self:
        """Start the node, on the data it has, and return when it accepts AMQP.

        Raises:
            PrivateBrokerError: RabbitMQ is not installed, did not start, or was not ready in time.
        """
        script, epmd = _server_script(), _program("epmd")
        if self._server is not None:
            raise PrivateBrokerError(f"the broker in {self._directory} is running already")
        write_configuration(self._directory, self._plugins, with_administrator(self._definitions, self._password))
        atexit.register(self.stop)
        try:
            self._epmd = self._epmd or self._run([epmd, "-port", str(self._ports.epmd), "-address", LOOPBACK])
            self._server = self._run([script])
            self._wait_until_ready(self._server)
        except BaseException:
            self._end(signal.SIGKILL)
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the node in an orderly way, and the port mapper with it. A second call does nothing."""
        atexit.unregister(self.stop)
        self._end(signal.SIGTERM)
        epmd, self._epmd = self._epmd, None
        if epmd is not None:
            epmd.end(signal.SIGKILL)

    def kill(self) -> None:
        """A power cut: the node and all its helpers end at once (SIGKILL). `start` brings it back on the same data.

        Waits some seconds at most until the names of newly declared quorum queues are on disk: RabbitMQ confirms them
        before that, and after an earlier cut such a queue comes back empty and never finds a leader (as of 3.10.8).
        """
        deadline = time.monotonic() + _REGISTER_SECONDS
        while self._server is not None and not self._knows_its_queues() and time.monotonic() < deadline:
            time.sleep(0.05)
        self._end(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self, command: Sequence[str]) -> "_Process":
        with self.log.open("ab") as log:
            return _Process(command, self._directory, self.environment, log.fileno())

    def _end(self, first: signal.Signals) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.end(first)

    def _knows_its_queues(self) -> bool:
        """Whether the register on disk (names.dets) has every quorum queue; a queue's directory is named by its uid."""
        quorum = self._directory / "data" / "node" / "quorum" / self._node
        register = quorum / "names.dets"
        if not register.exists():
            return True
        names = register.read_bytes()
        return all(queue.name.encode() in names for queue in quorum.iterdir() if queue.is_dir())

    def _wait_until_ready(self, server: "_Process") -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if _speaks_amqp(self._ports.amqp):
                return
            if not server.is_running():
                raise PrivateBrokerError(f"RabbitMQ did not start; the end of {self.log}:\n{self._log_tail()}")
            time.sleep(0.05)
        raise PrivateBrokerError(f"RabbitMQ was not ready within {_START_SECONDS:.0f} s; see {self.log}")

    def _log_tail(self, lines: int = 20) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


class _Process:
    """A program in its own session: the terminal's Ctrl-C does not reach it, and its helpers end with it."""

    def __init__(self, command: Sequence[str], directory: Path, environment: dict[str, str], log: int) -> None:
        self._popen = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=directory,
            env=environment,
            start_new_session=True,
        )
        self._lifeline = Lifeline(self._popen.pid)
        self._owner = os.getpid()

    @property
    def pid(self) -> int:
        return self._popen.pid

    def is_running(self) -> bool:
        return self._popen.poll() is None

    def end(self, first: signal.Signals) -> None:
        """Send `first` and wait; what is left of the group then gets SIGKILL."""
        if self._owner != os.getpid():
            return
        if self.is_running() and first is not signal.SIGKILL:
            self._popen.send_signal(first)
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(_STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()
        self._lifeline.cut()


def _server_script() -> str:
    script = next((path for path in _SERVER_SCRIPTS if os.access(path, os.X_OK)), None)
    if script is None:
        raise PrivateBrokerError("RabbitMQ is not installed: apt-get install --no-install-recommends rabbitmq-server")
    return script


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise PrivateBrokerError(
            f"{name} of Erlang is not on PATH: apt-get install --no-install-recommends rabbitmq-server"
        )
    return path


def _speaks_amqp(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2.0) as connection:
            connection.sendall(_PROTOCOL_HEADER)
            return connection.recv(1) == _METHOD_FRAME
    except OSError:
        return False
