"""The base folder of a test run's temporary files, for this run alone.

pytest's own base folder is shared by all runs of a user, and each run that starts takes every permission but the
user's from it. For root, whose embedded PostgreSQL is another account, that locks the servers of all other runs out
of their data.
"""

import shutil
import tempfile
import time
from pathlib import Path

_PREFIX = "faktura-tests-"
_KEPT_S = 3 * 24 * 3600


def make_base_folder() -> Path:
    """A new folder that other accounts may pass through; what failed runs left days ago is removed."""
    _remove_old(Path(tempfile.gettempdir()))
    parent = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
    parent.chmod(0o711)
    return parent / "base"  # pytest makes it, and makes it anew if it exists


def remove_base_folder(folder: Path) -> None:
    shutil.rmtree(folder.parent, ignore_errors=True)


def _remove_old(root: Path) -> None:
    for folder in root.glob(f"{_PREFIX}*"):
        if folder.lstat().st_mtime < time.time() - _KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)
