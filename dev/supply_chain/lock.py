"""The locked packages, read from a `requirements*.lock` as `uv pip compile --generate-hashes` writes it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCTION, DEVELOPMENT = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
LOCKS = (PRODUCTION, ROOT / "requirements-local.lock", DEVELOPMENT)

_PACKAGE = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+?))?"
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class BrokenLock(ValueError):
    """A line that is no pinned package, or a package without a hash."""


@dataclass(frozen=True)
class Package:
    """`hashes` are the SHA-256 of the files that may be installed; `marker` says on which platforms it is."""

    name: str
    version: str
    hashes: tuple[str, ...]
    marker: str | None = None


def locked(lock: Path) -> list[Package]:
    """All packages of a lock. Raises BrokenLock."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    return [_package(line) for line in _lines(text)]


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def _package(line: str) -> Package:
    requirement = line.partition("--hash=")[0].strip()
    match, hashes = _PACKAGE.fullmatch(requirement), _HASH.findall(line)
    if match is None or not hashes:
        raise BrokenLock(f"not pinned with a hash: {requirement[:80]}")
    name = re.sub(r"[-_.]+", "-", match["name"]).lower()
    return Package(name, match["version"], tuple(hashes), match["marker"])
