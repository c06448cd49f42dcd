"""Clocks, always passed in. Moments are aware and in UTC; days are Norwegian (Europe/Oslo), as on documents."""

import os
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol
from zoneinfo import ZoneInfo

OSLO: Final = ZoneInfo("Europe/Oslo")


class Clock(Protocol):
    def now(self) -> datetime:
        """An aware moment in UTC."""

    def today(self) -> date:
        """The date in Europe/Oslo."""


def oslo_date(moment: datetime) -> date:
    """The Norwegian date of an aware moment; ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(OSLO).date()


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return oslo_date(self.now())


class FixedClock:
    """Stands still at one moment."""

    def __init__(self, moment: datetime) -> None:
        oslo_date(moment)
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        return self._moment

    def today(self) -> date:
        return oslo_date(self._moment)


class MovableClock(FixedClock):
    """Stands still until it is moved."""

    def advance(self, by: timedelta) -> None:
        """Move forwards, or backwards with a negative duration: real clocks do both."""
        self._moment += by

    def move_to(self, moment: datetime) -> None:
        """Move to an aware moment."""
        oslo_date(moment)
        self._moment = moment.astimezone(UTC)


class ClockFileError(ValueError):
    """The file of an OffsetClock does not hold a whole number of seconds."""


class OffsetClock:
    """Real time plus an offset in whole seconds kept in a small file, so that several processes share one moved clock.

    A missing file means no offset. Each call costs one stat; the file is read again only when it has changed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._fingerprint_read: tuple[int, int, int] | None = None
        self._offset = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset()

    def today(self) -> date:
        return oslo_date(self.now())

    def offset(self) -> timedelta:
        """The offset now in the file. Raises ClockFileError when the file does not hold a number."""
        with self._lock:
            fingerprint = self._fingerprint()
            if fingerprint != self._fingerprint_read:
                self._offset = self._read() if fingerprint else timedelta(0)
                self._fingerprint_read = fingerprint
            return self._offset

    def move(self, offset: timedelta) -> None:
        """Set the offset for every process that shares the file, atomically."""
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        temporary.write_text(f"{int(offset.total_seconds())}\n", encoding="ascii")
        temporary.replace(self._path)

    def _fingerprint(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return None
        # With the inode, because two moves within one tick of the file system's clock may have the same size.
        return (status.st_mtime_ns, status.st_size, status.st_ino)

    def _read(self) -> timedelta:
        text = self._path.read_text(encoding="ascii", errors="replace").strip()
        try:
            return timedelta(seconds=int(text))
        except (ValueError, OverflowError):
            raise ClockFileError(f"{self._path} should hold a whole number of seconds, not {text[:40]!r}") from None
