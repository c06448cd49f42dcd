"""The base folder of a test run's temporary files, for this run alone.

pytest's own base folder is shared by all runs of a user, and each run that starts takes every permission but the
user's from it. For root, whose embedded PostgreSQL is another account, that locks the servers of all other runs out
of their data.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

_PREFIX = "faktura-tests-"
_KEPT_S = 3 * 24 * 3600
_MEMORY = Path("/dev/shm")  # noqa: S108  # mkdtemp makes it private
_ROOM_BYTES = 4 << 30
"""For the databases of a whole run, which are a hundred megabytes, or a few hundred in tests of large files."""


def make_base_folder() -> Path:
    """A new folder that other accounts may pass through; what failed runs left days ago is removed."""
    _remove_old(Path(tempfile.gettempdir()))
    parent = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
    parent.chmod(0o711)
    return parent / "base"  # pytest makes it, and makes it anew if it exists


@contextmanager
def database_folder(on_disk: Path) -> Iterator[Path]:
    """A folder in memory for the databases of a run, if there is plenty: a new database for each test means writing
    ten megabytes a thousand times. Else the folder on disk."""
    if not _has_room():
        yield on_disk
        return
    _remove_old(_MEMORY)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_MEMORY))
    folder.chmod(0o711)
    try:
        yield folder / "postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _has_room() -> bool:
    return (
        _MEMORY.is_dir()
        and shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES
        and psutil.virtual_memory().available >= 2 * _ROOM_BYTES
    )


def remove_base_folder(folder: Path) -> None:
    shutil.rmtree(folder.parent, ignore_errors=True)


def _remove_old(root: Path) -> None:
    for folder in root.glob(f"{_PREFIX}*"):
        if folder.lstat().st_mtime < time.time() - _KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)
