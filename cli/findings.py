"""What `verify` finds."""

from dataclasses import dataclass
from typing import Final

BETWEEN: Final = "between services"
LISTED: Final = 1000
"""Lines of one check between services that are listed at most: a report must not grow with the books."""


@dataclass(frozen=True)
class Finding:
    """One check and what it found."""

    scope: str
    """The service whose database was checked, or BETWEEN."""
    name: str
    promise: str
    broken: tuple[str, ...] = ()
    """A line for each thing that breaks the promise, or is late."""
    under_way: int = 0
    """How many things are not finished, and still within their time."""
    story: str | None = None
    """What is under way, in words, where this check is the one that shows it."""

    @property
    def holds(self) -> bool:
        """Nothing is broken, and nothing is under way either."""
        return not self.broken and not self.under_way
