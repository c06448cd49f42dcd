"""A wake-up means mail to send; the jobs that only watch the clock keep their own pace through it."""

import time


class Throttle:
    """Gives each named job a turn at most once in `every_s` seconds, by the machine's clock."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._last: dict[str, float] = {}

    def turn(self, name: str) -> bool:
        """Whether it is this job's turn; taken when it is."""
        now = time.monotonic()
        if name in self._last and now - self._last[name] < self._every_s * 0.9:
            return False
        self._last[name] = now
        return True

    def at_once(self, name: str) -> None:
        """There is work: the job's next turn is now."""
        self._last.pop(name, None)
