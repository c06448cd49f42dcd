"""The commands, as a newcomer meets them: help at once, and a line that says what is wrong instead of a traceback."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dev.postgres import EmbeddedPostgres

ROOT = Path(__file__).parents[2]


def faktura(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dev", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refusal(*arguments: str, **environment: str) -> str:
    """The one line that the command refuses with."""
    done = faktura(*arguments, **environment)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_help_names_the_commands() -> None:
    done = faktura("--help")
    assert done.returncode == 0
    for command in ("up", "demo", "run", "verify", "parked", "bench", "migrate"):
        assert command in done.stdout


def test_an_unknown_service_is_told_which_there_are() -> None:
    assert "customers, documents, rendering, delivery, ledger, payments" in refusal("run", "accounting")


def test_a_service_without_its_database_says_which_setting_to_look_at() -> None:
    nowhere = "postgresql+psycopg://{role}@127.0.0.1:1/{database}"
    assert "FAKTURA_DATABASE_URL" in refusal("run", "ledger", FAKTURA_DATABASE_URL=nowhere)


def test_up_on_a_taken_port_says_so_before_it_starts_anything(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} is in use" in refusal("up", "--port", str(port), "--data", str(tmp_path / "data"))
    assert not (tmp_path / "data").exists()


@pytest.mark.slow
def test_two_ups_do_not_share_a_data_directory(tmp_path: Path) -> None:
    with EmbeddedPostgres.start(tmp_path / "postgres", fast=True):
        assert "postgres" in refusal("up", "--port", "0", "--data", str(tmp_path))


def test_verify_where_nobody_has_started_a_house_says_how_to(tmp_path: Path) -> None:
    assert "./faktura up" in refusal("verify", "--data", str(tmp_path / "nothing"))


def test_discarding_a_message_wants_a_reason() -> None:
    done = faktura("parked", "discard", "01a2089f-cea9-7558-bd5d-0f117c90de7c")
    assert done.returncode != 0
    assert "reason" in done.stdout + done.stderr


def test_every_setting_is_listed_by_its_variable() -> None:
    done = faktura("settings")
    assert done.returncode == 0
    assert "FAKTURA_AMQP_URL" in done.stdout
    assert "FAKTURA_DELIVERY_SMTP_HOST" in done.stdout
