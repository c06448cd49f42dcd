"""The account PostgreSQL runs under. It refuses root, so as root it gets an unprivileged system account."""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from dev.postgres.errors import EmbeddedPostgresError

SYSTEM_ACCOUNT = "fakturaservice"
_MAY_PASS = stat.S_IXGRP | stat.S_IXOTH


class Credentials(TypedDict, total=False):
    """Keyword arguments of `subprocess.Popen` that drop privileges; empty for an ordinary user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """Who owns the cluster and runs the server; `lent`: not ourselves, because we are root."""

    uid: int
    gid: int
    lent: bool

    @classmethod
    def current(cls) -> "Account":
        """Ourselves, or the system account when we are root (created on first need)."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), lent=False)
        entry = _system_account()
        return cls(entry.pw_uid, entry.pw_gid, lent=True)

    @property
    def credentials(self) -> Credentials:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.lent else {}

    def give(self, directory: Path) -> None:
        """Make `directory` and leave it private to this account."""
        directory.mkdir(exist_ok=True)
        if self.lent:
            os.chown(directory, self.uid, self.gid)
        directory.chmod(0o700)

    def can_reach(self, path: Path) -> bool:
        return not self.lent or _first_closed(path) is None

    def open_way_to(self, path: Path) -> None:
        """Let the account pass through to `path`.

        Only our own temporary directories are opened, for passing and not for reading.

        Raises:
            EmbeddedPostgresError: a directory on the way is closed and not ours to open.
        """
        while self.lent and (closed := _first_closed(path)) is not None:
            if not _is_own_temporary(closed):
                raise EmbeddedPostgresError(
                    f"PostgreSQL does not run as root but as {SYSTEM_ACCOUNT!r}, which may not pass through {closed}: "
                    "choose another directory with FAKTURA_DATA_DIR, or a server of your own with FAKTURA_DATABASE_URL"
                )
            closed.chmod(closed.stat().st_mode | _MAY_PASS)


def _first_closed(path: Path) -> Path | None:
    on_the_way = [*reversed(path.parents), path]
    return next((part for part in on_the_way if not part.stat().st_mode & stat.S_IXOTH), None)


def _is_own_temporary(path: Path) -> bool:
    return path.is_relative_to(Path(tempfile.gettempdir()).resolve()) and path.stat().st_uid == os.geteuid()


def _system_account() -> pwd.struct_passwd:
    if not _account_exists():
        _make_system_account()
    return pwd.getpwnam(SYSTEM_ACCOUNT)


def _account_exists() -> bool:
    try:
        pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        return False
    return True


def _make_system_account() -> None:
    useradd = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
    if useradd is None:
        raise EmbeddedPostgresError(
            f"PostgreSQL refuses root: make a system account {SYSTEM_ACCOUNT!r}, or start as an ordinary user"
        )
    arguments = [
        useradd,
        "--system",
        "--user-group",
        "--no-create-home",
        "--shell",
        "/usr/sbin/nologin",
        SYSTEM_ACCOUNT,
    ]
    useradded = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if useradded.returncode != 0 and not _account_exists():  # another process may have made it at the same time
        raise EmbeddedPostgresError(
            f"PostgreSQL refuses root, and the account {SYSTEM_ACCOUNT!r} was not made: {useradded.stderr.strip()}"
        )
