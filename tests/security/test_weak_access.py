"""A service does not start where nearly anybody could use its broker or its database; on one's own machine a setting
allows it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from cli.access import is_own_machine, wrong_broker_access, wrong_database_access
from dev.postgres import EmbeddedPostgres
from shared.settings import CommonSettings
from tests.support.postgres import TestPostgres

SETTING = "FAKTURA_WEAK_ACCESS_ON_LOOPBACK=true"
ROLES = {
    "faktura_ledger": "",
    "faktura_super": "superuser",
    "faktura_bypass": "bypassrls",
    "faktura_owner": "",
    "faktura_member": "in role faktura_owner",
    "faktura_deputy": "noinherit in role faktura_super",
    "faktura_trusted": "",
}
SHARED = {"broker_user": "faktura"}


def broker_access(url: str, **settings: object) -> str:
    common = CommonSettings(amqp_url=SecretStr(url), **settings)  # type: ignore[arg-type]  # any setting by its name
    return wrong_broker_access(common, "ledger") or ""


@pytest.mark.parametrize(
    ("url", "settings", "why"),
    [
        ("amqp://guest:guest@broker.example/", {}, "guest"),
        ("amqp://broker.example/", {}, "guest"),
        ("amqp://guest:secret@broker.example/", {}, "guest"),
        ("amqp://faktura_ledger@broker.example/", {}, "no password"),
        ("amqp://faktura:secret@broker.example/", SHARED, "one user for all services"),
        ("amqp://guest:guest@localhost/", {}, "guest"),
    ],
)
def test_a_weak_address_of_the_broker_is_refused_with_the_cure(url: str, settings: dict[str, str], why: str) -> None:
    message = broker_access(url, **settings)

    assert why in message
    assert "broker-definitions" in message
    assert SETTING in message


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.10", "[::1]"])
def test_the_setting_allows_it_on_the_loopback(host: str) -> None:
    url = f"amqp://guest:guest@{host}/"
    assert broker_access(url, broker_user="guest", weak_access_on_loopback=True) == ""


@pytest.mark.parametrize("host", ["broker.example", "10.0.0.7", "localhost.example", "127.0.0.1.example", "[fe80::1]"])
def test_the_setting_allows_nothing_beyond_the_loopback(host: str) -> None:
    url = f"amqp://guest:guest@{host}/"
    assert "guest" in broker_access(url, broker_user="guest", weak_access_on_loopback=True)


def test_the_user_of_another_service_is_refused_even_on_the_loopback() -> None:
    message = broker_access("amqp://faktura_payments:secret@localhost/", weak_access_on_loopback=True)

    assert "events of ledger are only accepted from faktura_ledger" in message


def test_the_services_own_user_with_a_password_is_accepted() -> None:
    assert broker_access("amqps://faktura_ledger:secret@broker.example/") == ""


@pytest.mark.parametrize("host", ["/run/postgresql", "@abstract", "localhost", "::1"])
def test_a_unix_socket_and_the_loopback_are_ones_own_machine(host: str) -> None:
    assert is_own_machine(host)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that asks for passwords, with a table that `faktura_owner` owns."""

    socket: str

    def access(self, role: str, **settings: object) -> str:
        query = urlencode({"host": self.socket})
        url = SecretStr(f"postgresql+psycopg://{role}:secret@/books?{query}")
        common = CommonSettings(database_url=url, **settings)  # type: ignore[arg-type]  # any setting by its name
        return wrong_database_access(common, "ledger") or ""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("asks-for-passwords")
    with EmbeddedPostgres.start(folder, fast=True) as trusting:
        trusting.create_databases(["books"])
        url = make_url(trusting.dsn("books"))
        with psycopg.connect(host=_socket(trusting), user=url.username, dbname="books", autocommit=True) as superuser:
            _make_roles(superuser)
    with EmbeddedPostgres.start(folder, fast=True) as asking:
        yield Server(_socket(asking))


def _socket(server: EmbeddedPostgres) -> str:
    return str(make_url(server.dsn("books")).query["host"])


def _make_roles(connection: psycopg.Connection) -> None:
    for role, attributes in ROLES.items():
        connection.execute(f"create role {role} login password 'secret' {attributes}".encode())
    connection.execute("create table entry (client_id uuid)")
    connection.execute("alter table entry owner to faktura_owner")
    [(hba_file,)] = connection.execute("show hba_file").fetchall()
    Path(hba_file).write_text(
        f"local all faktura_trusted trust\nlocal all {','.join(ROLES)} scram-sha-256\nlocal all all trust\n",
        encoding="ascii",
    )


def test_a_weak_role_with_a_password_is_accepted(server: Server) -> None:
    assert server.access("faktura_ledger") == ""


@pytest.mark.parametrize(
    ("role", "why"),
    [
        ("faktura_super", "bypasses row security"),
        ("faktura_bypass", "bypasses row security"),
        ("faktura_deputy", "bypasses row security"),
        ("faktura_owner", "owns tables"),
        ("faktura_member", "owns tables"),
        ("faktura_trusted", "without a password"),
    ],
)
def test_a_strong_role_or_a_server_that_trusts_anybody_is_refused_with_the_cure(
    server: Server, role: str, why: str
) -> None:
    message = server.access(role)

    assert why in message
    assert "FAKTURA_OWNER_DATABASE_URL" in message
    assert SETTING in message


@pytest.mark.parametrize("role", ["faktura_super", "faktura_owner", "faktura_trusted"])
def test_the_setting_allows_it_over_a_unix_socket(server: Server, role: str) -> None:
    assert server.access(role, weak_access_on_loopback=True) == ""


@pytest.mark.parametrize(
    ("user", "weak", "expected"),
    [
        ("guest", "false", SETTING),
        ("faktura_ledger", "false", "without a password"),
        ("faktura_a", "true", "FAKTURA_AMQP_URL connects as faktura_a"),
    ],
)
def test_run_ends_with_one_line_that_says_what_is_wrong(
    postgres: TestPostgres, tmp_path: Path, user: str, weak: str, expected: str
) -> None:
    database = postgres.fresh("ledger")
    settings = {
        "FAKTURA_DATABASE_URL": database.settings(tmp_path).database_url.get_secret_value(),
        "FAKTURA_AMQP_URL": f"amqp://{user}:secret@localhost/",
        "FAKTURA_WEAK_ACCESS_ON_LOOPBACK": weak,
    }
    command = [sys.executable, "-m", "cli", "run", "ledger"]
    result = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, check=False)
    database.drop()

    assert result.returncode == 1
    assert expected in result.stderr.strip().splitlines()[-1]
