"""The demo's date: all processes share one clock, moved by a file with the seconds to add to the real time."""

from datetime import UTC, date, datetime, time
from pathlib import Path

from shared.clock import OSLO, OffsetClock

OFFICE_OPENS = time(9, 0)


class Calendar:
    """Moves the system from day to day; within a day the clock runs as usual."""

    def __init__(self, file: Path) -> None:
        self._clock = OffsetClock(file)

    def turn_to(self, day: date) -> None:
        """Make it nine in the morning of this day, in every process that shares the file."""
        morning = datetime.combine(day, OFFICE_OPENS, OSLO).astimezone(UTC)
        self._clock.move(self._clock.offset() + (morning - self._clock.now()))
