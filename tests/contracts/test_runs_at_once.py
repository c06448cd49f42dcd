"""Two test runs at once on one machine leave each other alone."""

import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from dev.ports import free_port, is_free
from tests.support.postgres import TestPostgres

_ANOTHER_RUN = "def test_that_uses_a_temporary_folder(tmp_path):\n    assert tmp_path.is_dir()\n"
_PORTS = "from dev.ports import free_port; print(*[free_port() for _ in range(60)]); input()"


def _another_run(folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "test_other.py").write_text(_ANOTHER_RUN, encoding="ascii")
    command = [sys.executable, "-m", "pytest", "-q", "--rootdir", str(folder), str(folder / "test_other.py")]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_a_second_run_does_not_lock_postgresql_out_of_its_data(postgres: TestPostgres, tmp_path: Path) -> None:
    assert _another_run(tmp_path).returncode == 0

    address = postgres.dsn("postgres").replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("checkpoint")


def test_two_processes_are_never_given_the_same_free_port() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PORTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        theirs = {int(port) for port in other.stdout.readline().split()}
        ours = {free_port() for _ in range(60)}
        other.communicate("\n")

    assert len(theirs) == len(ours) == 60
    assert not theirs & ours


def test_a_free_port_is_not_one_that_the_kernel_gives_to_outgoing_connections() -> None:
    ephemeral = Path("/proc/sys/net/ipv4/ip_local_port_range")
    if not ephemeral.exists():
        pytest.skip("only Linux says which ports it gives to outgoing connections")

    assert free_port() < int(ephemeral.read_text(encoding="ascii").split()[0])


def test_a_port_on_which_somebody_listens_is_not_handed_out() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)
        assert port not in {free_port() for _ in range(200)}
