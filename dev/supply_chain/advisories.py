"""Known vulnerabilities of what is locked, by a committed snapshot: the check needs no network and gives one answer."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from packaging.version import Version

from dev.supply_chain.lock import Package

SNAPSHOT = Path(__file__).with_name("advisories.toml")
STALE_AFTER_DAYS = 90


@dataclass(frozen=True)
class Advisory:
    """Versions from `introduced` (all, when it is None) up to, and without, `fixed` are affected."""

    id: str
    package: str
    summary: str
    fixed: str
    introduced: str | None = None

    def affects(self, package: Package) -> bool:
        if package.name != self.package:
            return False
        version = Version(package.version)
        return version < Version(self.fixed) and (self.introduced is None or version >= Version(self.introduced))


@dataclass(frozen=True)
class Snapshot:
    taken_on: date
    advisories: tuple[Advisory, ...]

    def is_stale(self, today: date) -> bool:
        return (today - self.taken_on).days > STALE_AFTER_DAYS


def snapshot(path: Path = SNAPSHOT) -> Snapshot:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Snapshot(content["taken_on"], tuple(Advisory(**advisory) for advisory in content["advisory"]))


def vulnerable(packages: Iterable[Package], advisories: Iterable[Advisory]) -> list[str]:
    """One line for each package with a known vulnerability."""
    known = list(advisories)
    return [
        f"{package.name} {package.version}: {advisory.id}, fixed in {advisory.fixed}: {advisory.summary}"
        for package in packages
        for advisory in known
        if advisory.affects(package)
    ]
