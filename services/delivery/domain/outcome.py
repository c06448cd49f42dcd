"""The outcome of one attempt. The six exclude each other, so there is no combination of flags to get wrong."""

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

Phase = Literal["file", "build", "connect", "mail", "rcpt", "data", "content", "answer", "print", "mail_log", "person"]
"""How far the attempt had come, or who found out."""

Recorded = Literal["accepted", "rejected", "deferred", "unknown", "released", "late"]
"""The word for an outcome in the history. `late`: the attempt was no longer the newest, so it changed nothing."""

RECORDED: tuple[Recorded, ...] = get_args(Recorded)


@dataclass(frozen=True)
class Accepted:
    """The other side has taken it over, and said so."""

    recorded: ClassVar[Recorded] = "accepted"
    reason: str
    """The mail server's answer, or the print shop's receipt."""
    phase: Phase = "answer"


@dataclass(frozen=True)
class Rejected:
    """Refused for good: this channel cannot be used."""

    recorded: ClassVar[Recorded] = "rejected"
    reason: str
    phase: Phase


@dataclass(frozen=True)
class Deferred:
    """Certainly not taken over; another attempt may succeed."""

    recorded: ClassVar[Recorded] = "deferred"
    reason: str
    phase: Phase


@dataclass(frozen=True)
class Unknown:
    """Everything was sent and no answer came: it may have been taken over, or not."""

    recorded: ClassVar[Recorded] = "unknown"
    reason: str
    phase: Phase = "answer"


@dataclass(frozen=True)
class NotTaken:
    """It was unknown; now the mail log or a person says that it never arrived. The same mail may be sent again."""

    recorded: ClassVar[Recorded] = "deferred"
    reason: str
    phase: Phase


@dataclass(frozen=True)
class Released:
    """Given back untried: too little of the lease was left, or the process stops. Not counted as a failure."""

    recorded: ClassVar[Recorded] = "released"
    reason: str
    phase: Phase = "content"


Outcome = Accepted | Rejected | Deferred | Unknown | NotTaken | Released
