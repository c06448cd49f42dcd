"""A claim on hold: the customer disputes it, so nobody is reminded of it meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.payments.domain.claim import Claim
from services.payments.domain.errors import ClaimHeld, ClaimNotHeld, ClaimSettled, HoldEndsInPast


@dataclass(frozen=True)
class Signature:
    """Who acted on which day: a key, and the person that it was issued to, if any."""

    on: date
    key_id: UUID
    holder: str | None


@dataclass(frozen=True)
class ClaimHold:
    """`until` is its last day; None: until somebody releases the claim. `reason` is what the customer objects to."""

    id: UUID
    document_id: UUID
    reason: str
    until: date | None
    held: Signature
    released: Signature | None = None

    def is_in_force(self, day: date) -> bool:
        return self.released is None and (self.until is None or day <= self.until)


def check_can_be_held(claim: Claim, holds: Iterable[ClaimHold], hold: ClaimHold) -> None:
    """`holds` are the earlier ones of the claim. Raises ClaimSettled, ClaimHeld, HoldEndsInPast."""
    today = hold.held.on
    if claim.settled_on is not None:
        raise ClaimSettled(settled_on=claim.settled_on)
    if any(earlier.is_in_force(today) for earlier in holds):
        raise ClaimHeld
    if not hold.is_in_force(today):
        raise HoldEndsInPast(pointer="/until", until=hold.until, today=today)


def released(holds: Iterable[ClaimHold], by: Signature) -> tuple[ClaimHold, ClaimHold]:
    """The hold in force, before and after its release. Raises ClaimNotHeld."""
    for hold in holds:
        if hold.is_in_force(by.on):
            return hold, replace(hold, released=by)
    raise ClaimNotHeld
