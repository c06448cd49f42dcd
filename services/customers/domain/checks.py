"""Checks whose refusals are collected, so that a caller is told everything at once."""

from collections.abc import Callable
from typing import TypeVar

from shared.problems import DomainError, Refused

T = TypeVar("T")


class Checks:
    """Run checks one after another, then `settle`."""

    def __init__(self) -> None:
        self._errors: list[DomainError] = []

    def of(self, check: Callable[[], T], instead: T) -> T:
        """What the check makes of its value; `instead`, never to be used, when it refuses."""
        try:
            return check()
        except Refused as several:
            self._errors.extend(several.errors)
        except DomainError as error:
            self._errors.append(error)
        return instead

    def that(self, holds: bool, otherwise: DomainError) -> None:
        if not holds:
            self._errors.append(otherwise)

    def settle(self) -> None:
        """Raises Refused when any check refused."""
        if self._errors:
            raise Refused(tuple(self._errors))
