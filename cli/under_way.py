"""What is under way and what is broken: a difference within its time is neither lost nor wrong."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

_UNITS: Final = (("day", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1)))
_UUID_CHARACTERS: Final = 36


class Way(NamedTuple):
    """Since when something is on its way, and when it must be there."""

    since: datetime
    until: datetime


class Difference(NamedTuple):
    """One thing that two services do not agree on: the key of the record, and the line that shows it."""

    key: str
    line: str


class Judged(NamedTuple):
    """Lines of what is broken or late, and how many differences are under way."""

    broken: list[str]
    under_way: int


def judge(differences: Iterable[Difference], ways: Mapping[str, Way], now: datetime) -> Judged:
    """Count what is under way within its time; the rest is broken. `ways` is by the subject of the records' keys."""
    broken, under_way = [], 0
    for key, line in differences:
        way = ways.get(subject(key))
        if way is not None and now < way.until:
            under_way += 1
        else:
            broken.append(line if way is None else late(line, way))
    return Judged(broken, under_way)


def subject(key: str) -> str:
    """The id that a record's key begins with: some keys name a part of it, as in `<document id>:<level>`."""
    return key[:_UUID_CHARACTERS]


def late(line: str, way: Way) -> str:
    """The line of something that should have arrived. It has no age in it: it reads the same a moment later."""
    return f"{line}: late, under way since {way.since:%Y-%m-%d %H:%M}, promised for {way.until:%Y-%m-%d %H:%M} UTC"


def story(thing: str, number: int, oldest: Way, now: datetime) -> str:
    """`2 letters at the print shop, the oldest for 2 h (within 3 days)`."""
    noun, _, rest = thing.partition(" ")
    things = f"{number} {noun if number == 1 else noun + 's'} {rest}"
    return f"{things}, the oldest for {duration(now - oldest.since)} (within {duration(oldest.until - oldest.since)})"


def duration(time: timedelta) -> str:
    """A whole number of the largest unit that fits: `3 days`, `2 h`, `10 min`, `5 s`. Never negative: clocks differ."""
    for name, unit in _UNITS:
        number = time // unit
        if number >= 1:
            return f"{number} {name}{'s' if name == 'day' and number > 1 else ''}"
    return f"{max(0, int(time.total_seconds()))} s"
