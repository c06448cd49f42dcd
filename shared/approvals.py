"""Four eyes: what takes effect only when a second person approves it. Pure; the rows are in `shared/db/approvals.py`.

What was requested and decided stays as it was: a mistake is put right by requesting a new change.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal, Self, get_args
from uuid import UUID

from shared.problems import DomainError, Refusal, Refusals

UNATTENDED_IMPORT: Final = "payments:import"
"""The scope of a key with which a program imports bank files, without a second person for each. To issue such a key
takes two persons instead."""

ApprovalState = Literal["waiting", "approved", "rejected"]
ShownState = Literal["waiting", "approved", "rejected", "expired"]
APPROVAL_STATES: Final[tuple[str, ...]] = get_args(ApprovalState)


class ApprovalNotFound(DomainError):
    """`approval_id`; also for another client's."""


class KeyWithoutHolder(DomainError):
    """The key was issued to no person, and this takes a person."""


class SecondPersonNeeded(DomainError):
    """The key, or the person that holds it, is the one that requested it."""


class ApprovalDecided(DomainError):
    """`state`: it was approved or rejected before."""


class ApprovalExpired(DomainError):
    """`expires_at`"""


class RequesterRevoked(DomainError):
    """The key that requested it has been revoked since, or has expired: perhaps it was stolen."""


class ApprovalOvertaken(DomainError):
    """What was to be changed has changed since it was requested."""


APPROVAL_REFUSALS: Refusals = {
    ApprovalNotFound: Refusal(
        404, "approval-not-found", "Det er ikke bedt om en slik godkjenning.", "There is no such approval."
    ),
    KeyWithoutHolder: Refusal(
        403,
        "key-without-holder",
        "Dette krever en nøkkel som er utstedt til en navngitt person («holder»).",
        "This takes a key that was issued to a named person (`holder`).",
    ),
    SecondPersonNeeded: Refusal(
        403,
        "second-person-needed",
        "Den som ba om endringen kan ikke godkjenne den. En annen person må gjøre det, med sin egen nøkkel.",
        "Whoever requested the change cannot approve it. Another person must, with a key of their own.",
    ),
    ApprovalDecided: Refusal(
        409, "approval-decided", "Den er allerede avgjort: {state}.", "It has been decided already: {state}."
    ),
    ApprovalExpired: Refusal(
        409,
        "approval-expired",
        "Fristen gikk ut {expires_at}. Be om endringen på nytt.",
        "It expired at {expires_at}. Request it again.",
    ),
    RequesterRevoked: Refusal(
        409,
        "requester-revoked",
        "Nøkkelen som ba om endringen, gjelder ikke lenger. Be om endringen på nytt.",
        "The key that requested the change is no longer valid. Request it again.",
    ),
    ApprovalOvertaken: Refusal(
        409,
        "approval-overtaken",
        "Det som skulle endres, er endret siden. Be om endringen på nytt.",
        "What was to be changed has changed since. Request it again.",
    ),
}


@dataclass(frozen=True)
class Person:
    """Who acts: a key, and the person that it was issued to, if any."""

    key_id: UUID
    holder: str | None
    introduced_by: str | None = None
    """The person at whose request the holder got this key, and who saw its secret."""

    @property
    def root(self) -> str | None:
        """The person who certainly can use the key. One that somebody else was given may be in the hands of whoever
        requested it, and so may every key that was requested with it."""
        return self.introduced_by or self.holder


@dataclass(frozen=True)
class Requested:
    """Who requests a change, when, and until when it may be approved."""

    by: Person
    at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Approval:
    """A change that waits for a second person, or what became of it.

    `before` and `after` are what a person decides by, as JSON. `sealed` is what else the change needs and nobody is
    shown. `result_id` is what came of it: the client, the key, the bank file.
    """

    approval_id: UUID
    client_id: UUID | None
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    requested: Requested
    sealed: Mapping[str, Any] = field(default_factory=dict, repr=False)
    state: ApprovalState = "waiting"
    decided_by: Person | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    result_id: UUID | None = None

    def shown_state(self, now: datetime) -> ShownState:
        return "expired" if self.state == "waiting" and now >= self.requested.expires_at else self.state

    def check_approvable(self, by: Person, now: datetime) -> None:
        """Raises KeyWithoutHolder, SecondPersonNeeded, ApprovalDecided, ApprovalExpired."""
        check_is_a_person(by)
        self._check_waiting(now)
        if not may_approve(self.requested.by, by):
            raise SecondPersonNeeded

    def approved(self, by: Person, now: datetime, result_id: UUID) -> Self:
        """Raises as `check_approvable`."""
        self.check_approvable(by, now)
        return replace(self, state="approved", decided_by=by, decided_at=now, result_id=result_id)

    def rejected(self, by: Person, now: datetime, reason: str) -> Self:
        """Whoever requested it may also withdraw it. Raises ApprovalDecided, ApprovalExpired."""
        self._check_waiting(now)
        return replace(self, state="rejected", decided_by=by, decided_at=now, reason=reason)

    def _check_waiting(self, now: datetime) -> None:
        if self.state != "waiting":
            raise ApprovalDecided(state=self.state)
        if now >= self.requested.expires_at:
            raise ApprovalExpired(expires_at=self.requested.expires_at.isoformat())


def may_approve(requested_by: Person, by: Person) -> bool:
    """Whether a person may approve what another requested: another key, another person that both keys name, and
    not with a key that came about at the request of the other."""
    if requested_by.key_id == by.key_id:
        return False
    return _differ(requested_by.holder, by.holder) and _differ(requested_by.root, by.root)


def check_is_a_person(by: Person) -> None:
    """Raises KeyWithoutHolder: a key that anyone may have cannot vouch for there being two persons."""
    if by.holder is None:
        raise KeyWithoutHolder


def _differ(asker: str | None, approver: str | None) -> bool:
    return asker is not None and approver is not None and _compared(asker) != _compared(approver)


def _compared(holder: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", holder).casefold().split())
