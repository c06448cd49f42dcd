"""The embedded PostgreSQL: used by one owner, durable, reachable, and never left running."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import create_engine, text

from dev.postgres import DataDirectoryInUse, EmbeddedPostgres, EmbeddedPostgresError, default_data_dir, down
from dev.postgres.account import Account
from tests.support.eventually import eventually

_KILLED_OWNER = """
import os, signal, sys
from pathlib import Path
from dev.postgres import EmbeddedPostgres

server = EmbeddedPostgres.start(Path(sys.argv[1]))
server.create_databases(["survivor"])
print(server.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.start(tmp_path_factory.mktemp("postgres"), fast=True) as running:
        yield running


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    directory = tmp_path / "postgres"
    yield directory
    down(directory)


def _scalar(server: EmbeddedPostgres, query: str, database: str = "postgres") -> object:
    engine = create_engine(server.dsn(database))
    try:
        with engine.connect() as connection:
            return connection.execute(text(query)).scalar_one()
    finally:
        engine.dispose()


def _owner_killed_on(data_dir: Path) -> int:
    """Run an owner that is killed -9 while its server runs; the pid of the orphaned server."""
    owner = subprocess.run([sys.executable, "-c", _KILLED_OWNER, data_dir], capture_output=True, text=True, check=False)
    assert owner.returncode == -signal.SIGKILL, owner.stderr
    return int(owner.stdout)


def test_a_url_of_the_server_opens_a_database_made_in_it(server: EmbeddedPostgres) -> None:
    server.create_databases(["ledger", "payments"])

    assert _scalar(server, "SELECT current_database()", "payments") == "payments"


def test_making_databases_again_keeps_what_is_in_them(server: EmbeddedPostgres) -> None:
    server.create_databases(["kept"])
    with psycopg.connect(server.dsn("kept").replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE invoice AS SELECT 1 AS number")

    server.create_databases(["kept", "new"])

    assert _scalar(server, "SELECT number FROM invoice", "kept") == 1


def test_a_database_can_be_a_copy_of_a_template_and_be_dropped(server: EmbeddedPostgres) -> None:
    server.create_databases(["model"])
    with psycopg.connect(server.dsn("model").replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE customer AS SELECT 'Ås' AS name")

    server.create_databases(["copy"], template="model")
    assert _scalar(server, "SELECT name FROM customer", "copy") == "Ås"

    server.drop_databases(["copy", "never-was"])
    assert _scalar(server, "SELECT count(*) FROM pg_database WHERE datname = 'copy'") == 0


def test_the_server_leaves_room_for_every_service_and_listens_to_no_network(server: EmbeddedPostgres) -> None:
    assert _scalar(server, "SHOW max_connections") == "200"
    assert _scalar(server, "SHOW listen_addresses") == ""


def test_only_a_server_for_tests_gives_up_durability(server: EmbeddedPostgres, data_dir: Path) -> None:
    assert _scalar(server, "SHOW fsync") == "off"
    with EmbeddedPostgres.start(data_dir) as durable:
        assert [_scalar(durable, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == [
            "on"
        ] * 3


def test_the_server_ends_with_its_context_and_its_data_is_there_the_next_time(data_dir: Path) -> None:
    with EmbeddedPostgres.start(data_dir) as first:
        first.create_databases(["documents"])
    assert not psutil.pid_exists(first.pid)

    with EmbeddedPostgres.start(data_dir) as second:
        assert _scalar(second, "SELECT current_database()", "documents") == "documents"


def test_stopping_twice_is_no_error(data_dir: Path) -> None:
    server = EmbeddedPostgres.start(data_dir)
    server.stop()
    server.stop()


def test_the_error_for_a_second_owner_names_the_first(server: EmbeddedPostgres, data_dir: Path) -> None:
    with EmbeddedPostgres.start(data_dir, fast=True), pytest.raises(DataDirectoryInUse) as refused:
        EmbeddedPostgres.start(data_dir)

    assert refused.value.pid == os.getpid()
    assert str(data_dir) in str(refused.value)


def test_a_guest_uses_the_running_server_and_leaves_it_running(data_dir: Path) -> None:
    with EmbeddedPostgres.start(data_dir, fast=True) as owner:
        with EmbeddedPostgres.join(data_dir) as guest:
            assert _scalar(guest, "SELECT 1") == 1
        assert _scalar(owner, "SELECT 1") == 1


def test_a_guest_without_a_running_server_gets_an_error(data_dir: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match="no PostgreSQL is running"):
        EmbeddedPostgres.join(data_dir)


def test_a_server_whose_owner_was_killed_is_used_again_and_then_stopped(data_dir: Path) -> None:
    orphan = _owner_killed_on(data_dir)

    with EmbeddedPostgres.start(data_dir) as heir:
        assert heir.pid == orphan
        assert _scalar(heir, "SELECT current_database()", "survivor") == "survivor"

    assert not psutil.pid_exists(orphan)


def test_a_server_whose_owner_was_killed_can_be_stopped_by_hand(data_dir: Path) -> None:
    orphan = _owner_killed_on(data_dir)

    assert down(data_dir)
    assert not psutil.pid_exists(orphan)
    assert not down(data_dir)


def test_a_server_with_a_live_owner_cannot_be_taken_down(data_dir: Path) -> None:
    with EmbeddedPostgres.start(data_dir, fast=True), pytest.raises(DataDirectoryInUse):
        down(data_dir)


async def test_a_server_for_tests_ends_even_when_its_owner_is_killed(data_dir: Path) -> None:
    script = _KILLED_OWNER.replace("(Path(sys.argv[1]))", "(Path(sys.argv[1]), fast=True)")
    owner = subprocess.run([sys.executable, "-c", script, data_dir], capture_output=True, text=True, check=False)  # noqa: ASYNC221

    await eventually(lambda: not psutil.pid_exists(int(owner.stdout)))


def test_a_killed_server_recovers_at_the_next_start(data_dir: Path) -> None:
    broken = EmbeddedPostgres.start(data_dir)
    broken.create_databases(["documents"])
    psutil.Process(broken.pid).kill()
    broken.stop()

    with EmbeddedPostgres.start(data_dir) as recovered:
        assert _scalar(recovered, "SELECT current_database()", "documents") == "documents"


def test_a_pid_file_that_names_another_process_does_not_stop_the_start(data_dir: Path) -> None:
    with EmbeddedPostgres.start(data_dir, fast=True):
        lines = (data_dir / "cluster" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    (data_dir / "cluster" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]), encoding="utf-8")

    with EmbeddedPostgres.start(data_dir, fast=True) as server:
        assert _scalar(server, "SELECT 1") == 1


def test_a_data_directory_too_deep_for_a_socket_works(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-directory-name"] * 6)

    with EmbeddedPostgres.start(deep, fast=True) as server:
        assert _scalar(server, "SELECT 1") == 1
        socket_dir = Path(server.dsn("postgres").partition("?host=")[2])
        assert len(str(socket_dir)) < 90

    assert not socket_dir.exists()


def test_an_interrupted_first_start_is_begun_again(data_dir: Path) -> None:
    (data_dir / "cluster.unfinished" / "base").mkdir(parents=True)

    with EmbeddedPostgres.start(data_dir, fast=True) as server:
        assert _scalar(server, "SELECT 1") == 1


def test_a_directory_with_other_peoples_files_is_refused(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "holiday.jpg").touch()

    with pytest.raises(EmbeddedPostgresError, match=r"holiday\.jpg"):
        EmbeddedPostgres.start(data_dir)


def test_a_cluster_of_another_version_is_named_and_left_alone(data_dir: Path) -> None:
    with EmbeddedPostgres.start(data_dir, fast=True):
        pass
    (data_dir / "marker.json").write_text(json.dumps({"layout": 1, "postgresql": 16}), encoding="ascii")

    with pytest.raises(EmbeddedPostgresError, match="made by PostgreSQL 16"):
        EmbeddedPostgres.start(data_dir)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends itself another account")
def test_root_never_opens_a_home_directory_to_its_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")

    with pytest.raises(EmbeddedPostgresError, match="may not pass through"):
        EmbeddedPostgres.start(home / "postgres")

    assert home.stat().st_mode & 0o777 == 0o700
    assert list(home.iterdir()) == []


@pytest.mark.slow
def test_programs_that_the_server_may_not_read_are_copied_to_where_it_may(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Account, "can_reach", lambda _account, _path: False)

    with EmbeddedPostgres.start(data_dir, fast=True) as server:
        assert psutil.Process(server.pid).exe().startswith(str(data_dir / "programs"))
        assert _scalar(server, "SELECT 1") == 1


def test_the_data_directory_can_be_chosen() -> None:
    assert default_data_dir({"FAKTURA_DATA_DIR": "/srv/faktura"}) == Path("/srv/faktura")
