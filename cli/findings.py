"""What `verify` finds."""

from dataclasses import dataclass
from typing import Final

BETWEEN: Final = "between services"
LISTED: Final = 1000
"""Violations of one check between services that are listed at most: a report must not grow with the books."""


@dataclass(frozen=True)
class Finding:
    """One check and what it found."""

    scope: str
    """The service whose database was checked, or BETWEEN."""
    name: str
    promise: str
    violations: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.violations
