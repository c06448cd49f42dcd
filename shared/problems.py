"""Errors that the domain raises, and the one table per service that says what each becomes at both edges.

Over HTTP a refusal is an RFC 9457 problem; on the bus it is a reason to retry or to park.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class DomainError(Exception):
    """A refusal with its parameters. The service's table of refusals turns it into a sentence and a status.

    `pointer` is the JSON pointer of the field at fault, `rule` the paragraph of law that demands it; all other keywords
    are the parameters that the sentence is formatted with.
    """

    retryable = False

    def __init__(self, *, pointer: str | None = None, rule: str | None = None, **params: object) -> None:
        super().__init__(", ".join(f"{name}={value}" for name, value in params.items()) or type(self).__name__)
        self.pointer = pointer
        self.rule = rule
        self.params = params


class NotYetKnown(DomainError):
    """What another service has told of is not in this service's copy yet. It comes, so a call waits for a while."""

    retryable = True


class Refused(DomainError):
    """Several things are wrong at once; all of them are reported."""

    def __init__(self, errors: tuple[DomainError, ...]) -> None:
        super().__init__()
        self.errors = errors
        self.args = ("; ".join(f"{type(error).__name__}({error})" for error in errors),)


def refuse(errors: tuple[DomainError, ...]) -> None:
    """Raises Refused with all of them; nothing when there are none."""
    if errors:
        raise Refused(errors)


@dataclass(frozen=True)
class Refusal:
    """The public side of an error: status, code, and a sentence in Norwegian and English.

    The sentences are formatted with the error's parameters: `en="No customer {customer_id}."`
    """

    status: int
    code: str
    nb: str
    en: str
    retryable: bool = False
    """The same request may succeed later, with nothing done but waiting."""

    @property
    def has_params(self) -> bool:
        """Whether the sentence changes from one occurrence to the next."""
        return "{" in self.nb or "{" in self.en

    def text(self, language: str, params: Mapping[str, object]) -> str:
        return (self.en if language == "en" else self.nb).format_map(_Params(params))


class _Params(dict[str, Any]):
    """Leaves a missing parameter visible: an incomplete sentence is better than an error within an error."""

    def __missing__(self, name: str) -> str:
        return f"<{name}>"


Refusals = Mapping[type[DomainError], Refusal]


def refusal_of(error: DomainError, refusals: Refusals) -> Refusal | None:
    """The entry for the error's own class, or for the nearest of its bases."""
    for error_class in type(error).__mro__:
        if error_class in refusals:
            return refusals[error_class]
    return None
