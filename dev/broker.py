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
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from dev.lifeline import Lifeline
from dev.ports import free_port

_LOOPBACK = "127.0.0.1"
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
# Two schedulers that never spin: the broker shares the machine with everything else in the test.
_ERLANG_ARGUMENTS = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
# A small write-ahead log keeps quorum queues from holding up to half a gigabyte in memory.
_CONFIGURATION = "[{ra, [{wal_max_size_bytes, 67108864}]}].\n"


class PrivateBrokerError(RuntimeError):
    """The private broker cannot be started; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Ports:
    amqp: int
    distribution: int
    epmd: int


class PrivateBroker:
    """A RabbitMQ node. Its data stays in `directory` for a later one; its ports stay the same over `kill` and `start`.

    Synchronous: from a coroutine, use `asyncio.to_thread`.
    """

    def __init__(self, directory: Path, *, plugins: Sequence[str] = ()) -> None:
        self._directory = directory.absolute()
        self._plugins = tuple(plugins)
        self._ports = _Ports(free_port(), free_port(), free_port())
        self._node = _node_of(self._directory)
        self._server: _Process | None = None
        self._epmd: _Process | None = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@{_LOOPBACK}:{self._ports.amqp}/"

    @property
    def node(self) -> str:
        """The Erlang node name, for `rabbitmqctl --node`."""
        return self._node

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables with which `rabbitmqctl` reaches this node."""
        return _environment(self._directory, self._node, self._ports)

    @property
    def log(self) -> Path:
        return self._directory / "broker.log"

    @property
    def pid(self) -> int | None:
        """The process group of the running node, or None."""
        return self._server.pid if self._server else None

    def start(self) -> Self:
        """Start the node, on the data it has, and return when it accepts AMQP.

        Raises:
            PrivateBrokerError: RabbitMQ is not installed, did not start, or was not ready in time.
        """
        script, epmd = _server_script(), _program("epmd")
        if self._server is not None:
            raise PrivateBrokerError(f"the broker in {self._directory} is running already")
        self._write_configuration()
        atexit.register(self.stop)
        try:
            self._epmd = self._epmd or self._run([epmd, "-port", str(self._ports.epmd), "-address", _LOOPBACK])
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

    def _write_configuration(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        self._directory.chmod(0o700)
        (self._directory / "advanced.config").write_text(_CONFIGURATION, encoding="ascii")
        (self._directory / "enabled_plugins").write_text(f"[{','.join(self._plugins)}].\n", encoding="ascii")
        (self._directory / "rabbitmq-env.conf").touch()

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


def _node_of(directory: Path) -> str:
    """The node's name, unique to the directory. It stays with the data, which belongs to a node by its name."""
    file = directory / "node"
    if not file.exists():
        directory.mkdir(parents=True, exist_ok=True)
        file.write_text(f"faktura-{secrets.token_hex(4)}@localhost\n", encoding="ascii")
    return file.read_text(encoding="ascii").strip()


def _environment(directory: Path, node: str, ports: _Ports) -> dict[str, str]:
    """Everything that RabbitMQ would otherwise look for in /etc, /var and the user's home.

    HOME is where Erlang keeps the cookie. RUNNING_UNDER_SYSTEMD lets the script become the node instead of watching it.
    """
    at = directory.joinpath
    return {
        "HOME": str(directory),
        "PATH": f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin",
        "LANG": "C.UTF-8",
        "RUNNING_UNDER_SYSTEMD": "true",
        "ERL_EPMD_ADDRESS": _LOOPBACK,
        "ERL_EPMD_PORT": str(ports.epmd),
        "ERL_CRASH_DUMP_SECONDS": "0",
        "RABBITMQ_NODENAME": node,
        "RABBITMQ_NODE_IP_ADDRESS": _LOOPBACK,
        "RABBITMQ_NODE_PORT": str(ports.amqp),
        "RABBITMQ_DIST_PORT": str(ports.distribution),
        "RABBITMQ_CONF_ENV_FILE": str(at("rabbitmq-env.conf")),
        "RABBITMQ_CONFIG_FILE": str(at("rabbitmq")),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(at("advanced.config")),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(at("enabled_plugins")),
        "RABBITMQ_MNESIA_BASE": str(at("data")),
        "RABBITMQ_MNESIA_DIR": str(at("data", "node")),
        "RABBITMQ_PLUGINS_EXPAND_DIR": str(at("data", "plugins-expand")),
        "RABBITMQ_FEATURE_FLAGS_FILE": str(at("data", "feature_flags")),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(at("data", "config")),
        "RABBITMQ_SCHEMA_DIR": str(at("data", "schema")),
        "RABBITMQ_LOG_BASE": str(at("log")),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_PID_FILE": str(at("data", "node.pid")),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG_ARGUMENTS,
    }


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
        with socket.create_connection((_LOOPBACK, port), timeout=2.0) as connection:
            connection.sendall(_PROTOCOL_HEADER)
            return connection.recv(1) == _METHOD_FRAME
    except OSError:
        return False
