"""What comes of a message that failed: wait and try again, or park for a person. The ladder is the same everywhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.contracts.registry import UnknownEvent
from shared.db.errors import CONFLICTS, OUTAGES, TOO_SLOW, sqlstate
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
"""An error nobody foresaw is tried a few times, in case the cause was passing, and then shown to a person."""


class Nature(Enum):
    OUTAGE = "outage"
    """The database is away: nothing can be noted down, so hold the message and pause."""
    CONFLICT = "conflict"
    """The database asked for the same once more: serialisation failure, deadlock, or a lock that was not to be had."""
    TRANSIENT = "transient"
    PERMANENT = "permanent"
    BUG = "bug"


@dataclass(frozen=True)
class Waiting:
    until: datetime


@dataclass(frozen=True)
class Parked:
    reason: str


class TryLater(Exception):
    """A dependency is away or busy; the same message may well succeed later."""


def nature(error: BaseException) -> Nature:
    match error:
        case DomainError() | ValidationError() | UnknownEvent():
            return Nature.PERMANENT if not getattr(error, "retryable", False) else Nature.TRANSIENT
        case TryLater():
            return Nature.TRANSIENT
        case DBAPIError():
            return _of_the_database(error)
        case PoolTimeout():
            return Nature.OUTAGE
        case ConnectionError() | TimeoutError() | OSError():
            return Nature.TRANSIENT
        case _:
            return Nature.BUG


def _of_the_database(error: DBAPIError) -> Nature:
    state = sqlstate(error)
    if state in CONFLICTS:
        return Nature.CONFLICT
    if state in TOO_SLOW:
        return Nature.TRANSIENT
    without_answer = state is None and isinstance(error, OperationalError | InterfaceError)
    if error.connection_invalidated or without_answer or (state or "").startswith(OUTAGES):
        return Nature.OUTAGE
    return Nature.BUG


def after_failure(error: BaseException, attempts: int, now: datetime) -> Waiting | Parked:
    """The outcome after the attempt number `attempts` (1 for the first) has failed."""
    kind = nature(error)
    spent = attempts > len(BACKOFF) or (kind is Nature.BUG and attempts >= BUG_ATTEMPTS)
    if kind is Nature.PERMANENT or spent:
        return Parked(describe(error))
    return Waiting(now + BACKOFF[attempts - 1])


def describe(error: BaseException) -> str:
    """A reason for the parked list: the kind of error and its text on one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
