"""A booked payment and what has become of it: every øre is on a claim, refunded, reversed, or in clearing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.payments.domain.claim import Claim, ClaimKey, Receipt
from services.payments.domain.errors import (
    MatchExceedsClaim,
    MatchExceedsPayment,
    NothingUnmatched,
    RefundDateImpossible,
    RefundExceedsPayment,
)
from services.payments.domain.matching import Matched
from services.payments.domain.words import PaymentState, UndoReason, WaitingReason


@dataclass(frozen=True, slots=True)
class Payment:
    """`receipt` has the whole amount, and is negative when the bank took money back; so are then the other amounts."""

    receipt: Receipt
    reason: WaitingReason | None
    matched_ore: int = 0
    refunded_ore: int = 0
    reversed_ore: int = 0
    reverses: UUID | None = None
    """The payment that this one, a negative one, takes back."""

    @property
    def unmatched_ore(self) -> int:
        """What lies in clearing."""
        return self.receipt.amount_ore - self.matched_ore - self.refunded_ore - self.reversed_ore

    @property
    def state(self) -> PaymentState:
        if self.unmatched_ore or self.receipt.amount_ore == 0:
            return "unmatched"
        if self.reversed_ore:
            return "reversed"
        return "matched" if self.matched_ore else "refunded"

    def matched(self, amount_ore: int) -> "Payment":
        """With so much more on claims; a negative amount takes it off them again."""
        return _touched(replace(self, matched_ore=self.matched_ore + amount_ore))

    def check_refund_date(self, refunded_on: date, today: date) -> None:
        """Raises RefundDateImpossible."""
        if not self.receipt.paid_on <= refunded_on <= today:
            raise RefundDateImpossible(
                pointer="/refunded_on", refunded_on=refunded_on, paid_on=self.receipt.paid_on, today=today
            )

    def refunded(self, amount_ore: int) -> "Payment":
        """With so much more sent back. Raises NothingUnmatched, RefundExceedsPayment."""
        self.check_unmatched()
        if not _is_within(amount_ore, max(self.unmatched_ore, 0)):
            raise RefundExceedsPayment(pointer="/amount_ore", amount_ore=amount_ore, unmatched_ore=self.unmatched_ore)
        return _touched(replace(self, refunded_ore=self.refunded_ore + amount_ore))

    def reversed(self, reverses: UUID | None = None) -> "Payment":
        """With all that lies in clearing taken up by its opposite."""
        return replace(self, reversed_ore=self.reversed_ore + self.unmatched_ore, reverses=reverses, reason=None)

    def check_unmatched(self) -> None:
        """Raises NothingUnmatched."""
        if self.unmatched_ore == 0:
            raise NothingUnmatched(state=self.state)


@dataclass(frozen=True, slots=True)
class Share:
    """So much of a payment for one claim; negative of a payment that the bank took back."""

    document_id: UUID
    amount_ore: int


@dataclass(frozen=True)
class RefundedPart:
    """So much of a payment, sent back to the payer; `note` says how and why."""

    id: UUID
    payment_id: UUID
    amount_ore: int
    refunded_on: date
    note: str


@dataclass(frozen=True, slots=True)
class Match:
    """A match that holds."""

    match_id: UUID
    payment_id: UUID
    claim: ClaimKey
    amount_ore: int


@dataclass(frozen=True, slots=True)
class Undone:
    """When matches were undone, and why."""

    on: date
    reason: UndoReason


def match_by_hand(
    payment: Payment, shares: Sequence[Share], claims: dict[UUID, Claim], on: date
) -> tuple[Payment, list[Matched]]:
    """The payment with these shares on claims, and the matches. `claims` are by document, and of the same client.

    Raises NothingUnmatched, MatchExceedsPayment, MatchExceedsClaim.
    """
    payment.check_unmatched()
    amounts = [share.amount_ore for share in shares]
    total_ore = sum(amounts)
    if not all(_is_within(amount_ore, payment.unmatched_ore) for amount_ore in (*amounts, total_ore)):
        raise MatchExceedsPayment(pointer="/matches", amount_ore=total_ore, unmatched_ore=payment.unmatched_ore)
    matches = [_match(payment.receipt.part(share.amount_ore), claims[share.document_id], on) for share in shares]
    return payment.matched(total_ore), matches


def reversed_payments(taken_back: Iterable[Payment], booked: Iterable[Payment]) -> list[tuple[Payment, Payment]]:
    """Each negative payment with the payment that it takes back: same account and KID, same amount, not later.

    One that lies in clearing goes first, so that a claim is not reopened while its money is there; then the latest.
    """
    free = {payment.receipt.payment_id: payment for payment in booked}
    pairs = []
    for negative in sorted(taken_back, key=lambda payment: (payment.receipt.paid_on, payment.receipt.payment_id)):
        fitting = [payment for payment in free.values() if _takes_back(negative, payment)]
        if fitting:
            original = max(fitting, key=_latest_in_clearing_first)
            del free[original.receipt.payment_id]
            pairs.append((negative, original))
    return pairs


def _touched(payment: Payment) -> Payment:
    """What is left waits for a person, not for its claim."""
    return replace(payment, reason="by_hand" if payment.state == "unmatched" else None)


def _match(part: Receipt, claim: Claim, on: date) -> Matched:
    """Raises MatchExceedsClaim: a person who knows better than the KID never gives a claim more than it lacks."""
    limit_ore = claim.outstanding_ore if part.amount_ore > 0 else -claim.paid_ore
    if not _is_within(part.amount_ore, limit_ore):
        raise MatchExceedsClaim(
            pointer="/matches", document_id=claim.document_id, amount_ore=part.amount_ore, limit_ore=limit_ore
        )
    return Matched.of(part, claim.paid(part.amount_ore, on), cleared_on=on)


def _is_within(amount_ore: int, limit_ore: int) -> bool:
    """Whether the amount goes the same way as the limit, and no further."""
    return 0 < amount_ore <= limit_ore or limit_ore <= amount_ore < 0


def _takes_back(negative: Payment, payment: Payment) -> bool:
    taken, given = negative.receipt, payment.receipt
    return (
        taken.payee_kid is not None
        and taken.payee_kid == given.payee_kid
        and taken.amount_ore == -given.amount_ore
        and given.paid_on <= taken.paid_on
    )


def _latest_in_clearing_first(payment: Payment) -> tuple[bool, date, UUID]:
    receipt = payment.receipt
    return payment.matched_ore == 0, receipt.paid_on, receipt.payment_id
