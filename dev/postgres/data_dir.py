"""The directory of a cluster: where it is, what is in it, which process owns it.

lock              held (flock) by the process that owns the directory; holds its pid
marker.json       layout and PostgreSQL version
cluster/          PostgreSQL's own data directory
run/              the Unix socket, unless the path is too long for one
programs/         a copy of PostgreSQL, only where the account cannot reach the installed one
postgresql.log
"""

import fcntl
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from dev.postgres.account import Account
from dev.postgres.errors import DataDirectoryInUse, EmbeddedPostgresError
from dev.postgres.programs import MAJOR

_LAYOUT = 1
_LOG_LIMIT_BYTES = 5_000_000
_OURS = {
    "lock",
    "marker.json",
    "cluster",
    "cluster.unfinished",
    "run",
    "programs",
    "postgresql.log",
    "postgresql.log.1",
}


def default_data_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's data folder; `FAKTURA_DATA_DIR` overrides it.

    Root's data goes to /var/lib, since the account that PostgreSQL runs under may not enter root's home.
    """
    if chosen := environ.get("FAKTURA_DATA_DIR"):
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/fakturaservice")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "fakturaservice"
    return Path(environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "fakturaservice"


@dataclass(frozen=True, slots=True)
class DataDirectory:
    path: Path

    @property
    def cluster(self) -> Path:
        return self.path / "cluster"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def programs(self) -> Path:
        return self.path / "programs"

    @property
    def log(self) -> Path:
        return self.path / "postgresql.log"

    def prepare(self, account: Account) -> None:
        """Create the directory if it is missing.

        Raises:
            EmbeddedPostgresError: it holds other files, or the account may not reach it.
        """
        account.open_way_to(next(path for path in (self.path, *self.path.parents) if path.exists()))
        _make_passable(self.path)
        strangers = sorted({entry.name for entry in self.path.iterdir()} - _OURS)
        if strangers:
            raise EmbeddedPostgresError(f"{self.path} is not our data directory: it holds {', '.join(strangers[:3])}")

    def lock(self) -> TextIO:
        """Own the directory until the returned file is closed or this process ends.

        Raises:
            DataDirectoryInUse: another live process owns it.
        """
        file = (self.path / "lock").open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            owner = file.read().strip()
            file.close()
            raise DataDirectoryInUse(self.path, int(owner) if owner.isdigit() else None) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file

    def check_marker(self) -> None:
        """Raises EmbeddedPostgresError when the cluster was made by another PostgreSQL or another layout than ours."""
        marker = self.path / "marker.json"
        if not marker.exists():
            return
        made_by = json.loads(marker.read_text(encoding="ascii"))
        if made_by != _MARKER:
            raise EmbeddedPostgresError(
                f"{self.path} was made by PostgreSQL {made_by.get('postgresql')} (layout {made_by.get('layout')}), "
                f"this installation carries {MAJOR} (layout {_LAYOUT}). Dump it with the version that made it "
                "and load it into a new directory, or move it away to start afresh"
            )

    def write_marker(self) -> None:
        (self.path / "marker.json").write_text(json.dumps(_MARKER), encoding="ascii")

    def open_log(self) -> TextIO:
        """The server's log, for appending; a large old one is kept as `.log.1`."""
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_name("postgresql.log.1"))
        return self.log.open("a", encoding="utf-8")

    def log_tail(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


_MARKER = {"layout": _LAYOUT, "postgresql": MAJOR}


def _make_passable(path: Path) -> None:
    """Create missing directories so that others may pass through, whatever the umask; leave existing ones alone."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711)
