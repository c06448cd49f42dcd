"""The commands as a newcomer meets them: quick help, and one clear line instead of a traceback."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dev.postgres import EmbeddedPostgres

ROOT = Path(__file__).parents[2]
SHIPPED = ("run", "migrate", "bureau-key", "verify", "topology", "broker-definitions", "settings", "openapi", "parked")
DEVELOPMENT = ("up", "down", "demo", "migration", "bench")


def faktura(*arguments: str, program: str = "dev", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", program, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def failure(*arguments: str, program: str = "dev", **environment: str) -> str:
    """The one line that the command fails with."""
    result = faktura(*arguments, program=program, **environment)
    assert result.returncode == 1, result.stdout
    assert "Traceback" not in result.stderr
    return result.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(("program", "commands"), [("cli", SHIPPED), ("dev", (*SHIPPED, *DEVELOPMENT))])
def test_help_lists_every_command(program: str, commands: tuple[str, ...]) -> None:
    result = faktura("--help", program=program)
    assert result.returncode == 0
    assert [command for command in commands if f" {command} " not in result.stdout] == []


@pytest.mark.parametrize("arguments", [(), ("--help",), ("help",)], ids=str)
def test_help_before_the_installation_installs_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    script = shutil.copy(ROOT / "faktura", tmp_path)
    (tmp_path / "dev").mkdir()
    result = subprocess.run([script, *arguments], capture_output=True, text=True, timeout=60, check=True)
    named = set(re.findall(r"^  (\w+)  ", result.stdout, re.MULTILINE))
    assert named == {"up", "demo", "test", "check"}
    assert {file.name for file in tmp_path.iterdir()} == {"faktura", "dev"}


def test_the_commands_import_no_service_so_that_help_is_quick() -> None:
    heavy = "[name for name in sys.modules if name.startswith(('services', 'shared', 'sqlalchemy', 'fastapi'))]"
    program = [sys.executable, "-c", f"import sys, dev.commands; print({heavy})"]
    result = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_an_unknown_service_is_answered_with_the_known_ones(command: str) -> None:
    assert "customers, documents, rendering, delivery, ledger, payments" in failure(command, "accounting")


@pytest.mark.parametrize("command", [("run", "ledger"), ("migrate",), ("verify",), ("parked", "list"), ("bureau-key",)])
def test_without_a_database_the_command_names_the_setting(command: tuple[str, ...]) -> None:
    nowhere = "postgresql+psycopg://{role}@127.0.0.1:1/{database}"
    assert "FAKTURA_DATABASE_URL" in failure(*command, program="cli", FAKTURA_DATABASE_URL=nowhere)


def test_up_on_a_taken_port_fails_before_it_starts_anything(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert f"port {port} is in use" in failure("up", "--port", str(port), "--data", str(tmp_path / "data"))
    assert not (tmp_path / "data").exists()


@pytest.mark.slow
def test_two_ups_do_not_share_a_data_directory(tmp_path: Path) -> None:
    with EmbeddedPostgres.start(tmp_path / "postgres", fast=True):
        assert "postgres" in failure("up", "--port", "0", "--data", str(tmp_path))


def test_verify_without_a_local_system_explains_how_to_start_one(tmp_path: Path) -> None:
    assert "./faktura up" in failure("verify", "--data", str(tmp_path / "nothing"))


def test_discarding_a_message_requires_a_reason() -> None:
    result = faktura("parked", "discard", "01a2089f-cea9-7558-bd5d-0f117c90de7c")
    assert result.returncode != 0
    assert "reason" in result.stdout + result.stderr


def test_every_setting_is_listed_by_its_environment_variable() -> None:
    result = faktura("settings")
    assert result.returncode == 0
    assert "FAKTURA_AMQP_URL" in result.stdout
    assert "FAKTURA_DELIVERY_SMTP_HOST" in result.stdout
