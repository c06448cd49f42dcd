"""Checks whose errors are collected, so that the caller learns of all of them at once."""

from collections.abc import Callable
from typing import TypeVar

from shared.problems import DomainError, Refused

T = TypeVar("T")


class Checks:
    """Run any number of checks, then `finish`."""

    def __init__(self) -> None:
        self._errors: list[DomainError] = []

    def run(self, check: Callable[[], T], fallback: T) -> T:
        """The result of the check; when it fails, `fallback`, which is discarded because `finish` then raises."""
        try:
            return check()
        except Refused as refused:
            self._errors.extend(refused.errors)
        except DomainError as error:
            self._errors.append(error)
        return fallback

    def require(self, holds: bool, otherwise: DomainError) -> None:
        if not holds:
            self._errors.append(otherwise)

    def finish(self) -> None:
        """Raises Refused when any check failed."""
        if self._errors:
            raise Refused(tuple(self._errors))
