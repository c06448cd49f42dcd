"""Every wake-up runs all jobs; the throttle keeps those that only watch the clock from running each time."""

import time


class Throttle:
    """Lets each named job run at most once in `every_s` seconds, by the machine's clock."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._last: dict[str, float] = {}

    def allows(self, name: str) -> bool:
        """Whether the job may run now; if so, this counts as its run."""
        now = time.monotonic()
        if name in self._last and now - self._last[name] < self._every_s * 0.9:
            return False
        self._last[name] = now
        return True

    def reset(self, name: str) -> None:
        """There is work: the job may run at once."""
        self._last.pop(name, None)
