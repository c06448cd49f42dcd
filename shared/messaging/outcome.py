"""The outcome of a failed message: wait for another attempt, or park for a person; with one back-off everywhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.contracts.registry import UnknownEvent
from shared.db.errors import CONFLICTS, OUTAGES, TOO_SLOW, sqlstate
from shared.observability.private import describe_error
from shared.problems import DomainError

BACKOFF = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
BUG_ATTEMPTS = 3
"""An unforeseen error is tried a few times, in case its cause was temporary, and then shown to a person."""

OUTAGE_WAIT = timedelta(minutes=2)
"""An outage says nothing about the message, so it spends no attempt. The wait is long enough that a message which
breaks the connection each time does little harm to others."""


class Nature(Enum):
    OUTAGE = "outage"
    """The database is away: the failure cannot be stored, so hold the message and pause."""
    CONFLICT = "conflict"
    """Worth another attempt at once: serialisation failure, deadlock, or a lock that was not available."""
    TRANSIENT = "transient"
    """May succeed later."""
    PERMANENT = "permanent"
    """Fails the same way every time."""
    BUG = "bug"
    """An error that nobody foresaw."""


@dataclass(frozen=True)
class Waiting:
    until: datetime
    attempts: int
    """How many are spent."""


@dataclass(frozen=True)
class Parked:
    attempts: int


class TryLater(Exception):
    """A dependency is away or busy: the same message may succeed later."""


def nature(error: BaseException) -> Nature:
    match error:
        case DomainError() | ValidationError() | UnknownEvent():
            return Nature.PERMANENT if not getattr(error, "retryable", False) else Nature.TRANSIENT
        case TryLater():
            return Nature.TRANSIENT
        case DBAPIError():
            return _nature_in_database(error)
        case PoolTimeout():
            return Nature.OUTAGE
        case ConnectionError() | TimeoutError() | OSError():
            return Nature.TRANSIENT
        case _:
            return Nature.BUG


def _nature_in_database(error: DBAPIError) -> Nature:
    state = sqlstate(error)
    if state in CONFLICTS:
        return Nature.CONFLICT
    if state in TOO_SLOW:
        return Nature.TRANSIENT
    unanswered = state is None and isinstance(error, OperationalError | InterfaceError)
    if error.connection_invalidated or unanswered or (state or "").startswith(OUTAGES):
        return Nature.OUTAGE
    return Nature.BUG


def after_failure(error: BaseException, earlier: int, now: datetime) -> Waiting | Parked:
    """The outcome when an attempt has failed, after `earlier` attempts that failed before it."""
    error_nature = nature(error)
    if error_nature is Nature.OUTAGE:
        return Waiting(now + OUTAGE_WAIT, earlier)
    attempts = earlier + 1
    exhausted = attempts > len(BACKOFF) or (error_nature is Nature.BUG and attempts >= BUG_ATTEMPTS)
    if error_nature is Nature.PERMANENT or exhausted:
        return Parked(attempts)
    return Waiting(now + BACKOFF[earlier], attempts)


def describe(error: BaseException) -> str:
    """The reason shown in the list of parked messages: the error's class and text on one line, without its values."""
    return describe_error(error)
