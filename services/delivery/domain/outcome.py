"""What came of one attempt. The six exclude each other: there is no combination of flags to get wrong."""

from dataclasses import dataclass
from typing import Literal

Phase = Literal["file", "build", "connect", "mail", "rcpt", "data", "content", "answer", "print", "mail_log", "person"]


@dataclass(frozen=True)
class Accepted:
    """Taken over by the other side, which said so."""

    receipt: str
    phase: Phase = "answer"


@dataclass(frozen=True)
class Refused:
    """Said no for good: this channel will not do."""

    reason: str
    phase: Phase


@dataclass(frozen=True)
class Deferred:
    """Certainly not taken over; the same may go well later."""

    reason: str
    phase: Phase


@dataclass(frozen=True)
class Unknown:
    """All was sent and no answer came: it may have been taken over, or not."""

    reason: str


@dataclass(frozen=True)
class NotSeen:
    """Was unknown; whoever knows says that it never arrived. The same mail may go again."""

    reason: str
    phase: Phase


@dataclass(frozen=True)
class Released:
    """Given back untried: the lease was too short, or the process stops. Counts as no failure."""

    reason: str


Outcome = Accepted | Refused | Deferred | Unknown | NotSeen | Released
