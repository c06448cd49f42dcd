"""The embedded PostgreSQL server: start or find it, create databases in it, stop it."""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from dev.lifeline import Lifeline
from dev.postgres.account import Account
from dev.postgres.data_dir import DataDirectory
from dev.postgres.errors import EmbeddedPostgresError
from dev.postgres.postmaster import Postmaster, remove_stale_pid_file
from dev.postgres.programs import programs_for

SUPERUSER = "postgres"
_START_SECONDS = 120.0  # crash recovery of a large cluster takes its time
_SOCKET_PATH_MAX = 100  # sun_path holds 108 bytes on Linux, 104 elsewhere
_SOCKET_NAME = ".s.PGSQL.5432"
_CLEAN_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "io_method": "sync",  # no standing I/O workers: everything has to fit on a laptop
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_UNSAFE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class _Hold:
    """What the owner of the server holds until it stops."""

    lock: TextIO
    process: subprocess.Popen[bytes] | None
    lifeline: Lifeline | None
    pid: int


class EmbeddedPostgres:
    """A PostgreSQL server on a Unix socket that only this user can open.

    The context manager stops the server on exit; one that survived a killed process is found and reused. A server
    from `join` belongs to another process and is left running.
    """

    def __init__(self, home: DataDirectory, postmaster: Postmaster, hold: _Hold | None) -> None:
        self._home = home
        self._postmaster = postmaster
        self._hold = hold
        if hold is not None:
            atexit.register(self.stop)

    @classmethod
    def start(cls, data_dir: Path, *, fast: bool = False) -> Self:
        """Own `data_dir` and run a server on it.

        Args:
            data_dir: a directory for this alone, created if missing. As root, the server runs under a system account.
            fast: for tests only. A power cut may destroy the cluster, and the server ends even if we are killed.

        Raises:
            DataDirectoryInUse: another live process owns the directory.
            EmbeddedPostgresError: the server cannot run here; the message says why.
        """
        home, account = DataDirectory(data_dir.absolute().resolve()), Account.current()
        home.prepare(account)
        lock = home.lock()
        try:
            home.check_marker()
            postmaster, process = _leftover(home, fast), None
            if postmaster is None:
                postmaster, process = _launch(home, account, fast)
            lifeline = Lifeline(postmaster.pid, signal.SIGQUIT) if fast else None
        except BaseException:
            lock.close()
            raise
        return cls(home, postmaster, _Hold(lock, process, lifeline, os.getpid()))

    @classmethod
    def join(cls, data_dir: Path) -> Self:
        """Use the server that another process runs on `data_dir`, without owning it.

        Raises:
            EmbeddedPostgresError: none is running there.
        """
        home = DataDirectory(data_dir.absolute().resolve())
        postmaster = Postmaster.of(home.cluster)
        if postmaster is None:
            raise EmbeddedPostgresError(f"no PostgreSQL is running on {home.path}")
        return cls(home, postmaster, None)

    @property
    def pid(self) -> int:
        return self._postmaster.pid

    def dsn(self, database: str, user: str | None = None) -> str:
        """A SQLAlchemy URL over the socket, `postgresql+psycopg://user@/database?host=…`; the superuser by default."""
        host = urlencode({"host": str(self._postmaster.socket_dir)}, quote_via=quote, safe="/")
        return f"postgresql+psycopg://{quote(user or SUPERUSER, safe='')}@/{quote(database, safe='')}?{host}"

    def create_databases(self, names: Iterable[str], *, template: str = "template0") -> None:
        """Create the databases that are missing, each a copy of `template`, to which nobody may be connected."""
        with self._connect() as connection:
            present = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
            for name in [name for name in dict.fromkeys(names) if name not in present]:
                statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
                connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))

    def drop_databases(self, names: Iterable[str]) -> None:
        """Drop databases and the connections to them; missing ones are no error."""
        with self._connect() as connection:
            for name in names:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop the server and release the directory. A second call, or one on a joined server, does nothing."""
        hold, self._hold = self._hold, None
        if hold is None or hold.pid != os.getpid():
            return
        atexit.unregister(self.stop)
        try:
            self._postmaster.stop()
            _forget_socket(self._home, self._postmaster.socket_dir)
        finally:
            _release(hold)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            dbname="postgres", user=SUPERUSER, host=str(self._postmaster.socket_dir), autocommit=True
        )


def down(data_dir: Path) -> bool:
    """Stop a server that a killed process left on `data_dir`; True if there was one.

    Raises:
        DataDirectoryInUse: a live process owns it.
    """
    home = DataDirectory(data_dir.absolute().resolve())
    if not home.cluster.is_dir():
        return False
    with home.lock():
        postmaster = Postmaster.of(home.cluster)
        if postmaster is None:
            return False
        postmaster.stop()
        _forget_socket(home, postmaster.socket_dir)
        return True


def _leftover(home: DataDirectory, fast: bool) -> Postmaster | None:
    """A server that outlived its owner, if it runs in the mode that is requested."""
    postmaster = Postmaster.of(home.cluster)
    if postmaster is None:
        return None
    runs_fast = "fsync=off" in (home.cluster / "postmaster.opts").read_text(encoding="utf-8")
    if runs_fast == fast:
        return _when_ready(home, postmaster.pid, None)
    postmaster.stop()
    _forget_socket(home, postmaster.socket_dir)
    return None


def _launch(home: DataDirectory, account: Account, fast: bool) -> tuple[Postmaster, subprocess.Popen[bytes]]:
    programs = programs_for(account, home.programs)
    if not home.cluster.exists():
        _make_cluster(home, account, programs, fast)
    remove_stale_pid_file(home.cluster)
    settings = _SETTINGS | (_UNSAFE_SETTINGS if fast else {})
    options = [f"-c{name}={value}" for name, value in settings.items()]
    with home.open_log() as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", home.cluster, "-k", _socket_dir(home, account), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=home.path,
            env=_CLEAN_ENVIRONMENT,
            start_new_session=True,  # Ctrl-C in the terminal is for the owner, who stops the server last
            **account.credentials,
        )
    return _when_ready(home, process.pid, process), process


def _make_cluster(home: DataDirectory, account: Account, programs: Path, fast: bool) -> None:
    """Created aside and moved into place, so that an interrupted attempt is not taken for a cluster."""
    unfinished = home.path / "cluster.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    account.give(unfinished)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    arguments: Sequence[str | Path] = [programs / "initdb", "-D", unfinished, "-U", SUPERUSER, "--auth=trust", *locale]
    initdb = subprocess.run(
        [*arguments, *(["--no-sync"] if fast else [])],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd=home.path,
        env=_CLEAN_ENVIRONMENT,
        start_new_session=True,
        **account.credentials,
    )
    if initdb.returncode != 0:
        raise EmbeddedPostgresError(f"PostgreSQL could not create its cluster in {home.path}:\n{initdb.stderr.strip()}")
    home.write_marker()
    unfinished.rename(home.cluster)


def _socket_dir(home: DataDirectory, account: Account) -> Path:
    if len(str(home.run / _SOCKET_NAME)) <= _SOCKET_PATH_MAX:
        account.give(home.run)
        return home.run
    roots = [root for root in (tempfile.gettempdir(), "/tmp") if len(root) < _SOCKET_PATH_MAX // 2]  # noqa: S108 mkdtemp makes it private
    directory = Path(tempfile.mkdtemp(prefix="faktura-", dir=roots[0])).resolve()
    account.give(directory)
    account.open_way_to(directory.parent)
    return directory


def _forget_socket(home: DataDirectory, socket_dir: Path) -> None:
    if socket_dir != home.run:
        shutil.rmtree(socket_dir, ignore_errors=True)


def _when_ready(home: DataDirectory, pid: int, process: subprocess.Popen[bytes] | None) -> Postmaster:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        postmaster = Postmaster.of(home.cluster)
        if postmaster is not None and postmaster.pid == pid and postmaster.ready:
            return postmaster
        if process is not None and process.poll() is not None:
            raise EmbeddedPostgresError(
                f"PostgreSQL did not start on {home.path}; the end of {home.log}:\n{home.log_tail()}"
            )
        time.sleep(0.02)
    raise EmbeddedPostgresError(
        f"PostgreSQL on {home.path} was not ready within {_START_SECONDS:.0f} s; see {home.log}"
    )


def _release(hold: _Hold) -> None:
    if hold.lifeline is not None:
        hold.lifeline.cut()
    if hold.process is not None:
        hold.process.wait()
    hold.lock.close()
