"""Errors that the domain gives, and the one table per service that says what each becomes at both edges.

Over HTTP a refusal is an RFC 9457 problem; on the bus it is a reason to retry or to park.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class DomainError(Exception):
    """A refusal with its facts. The service's table of refusals turns it into words and a status.

    `pointer` is the JSON pointer of the field at fault; `rule` the paragraph that asks for it; the rest are the facts
    that the sentence is made with.
    """

    retryable = False

    def __init__(self, *, pointer: str | None = None, rule: str | None = None, **events: object) -> None:
        super().__init__(", ".join(f"{name}={value}" for name, value in events.items()) or type(self).__name__)
        self.pointer = pointer
        self.rule = rule
        self.events = events


class Refused(DomainError):
    """Several things are wrong at once; all of them are told."""

    def __init__(self, errors: tuple[DomainError, ...]) -> None:
        super().__init__()
        self.errors = errors
        self.args = ("; ".join(f"{type(error).__name__}({error})" for error in errors),)


@dataclass(frozen=True)
class Refusal:
    """What an error is called outside: status, code, and a sentence in Norwegian and English.

    The sentences are formatted with the error's facts: `en="No customer {customer_id}."`
    """

    status: int
    code: str
    nb: str
    en: str
    retryable: bool = False
    """The very same request may succeed later, with nothing done about it but waiting."""

    def text(self, language: str, events: Mapping[str, object]) -> str:
        return (self.en if language == "en" else self.nb).format_map(_Known(events))


class _Known(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return f"<{name}>"


Refusals = Mapping[type[DomainError], Refusal]


def refusal_of(error: DomainError, refusals: Refusals) -> Refusal | None:
    """The entry for the error's own class, or for the nearest of its bases."""
    for kind in type(error).__mro__:
        if kind in refusals:
            return refusals[kind]
    return None
