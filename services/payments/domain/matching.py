"""Which claim a payment pays: by receiving account and KID, then by amount."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self
from uuid import UUID

from services.payments.domain.claim import Claim, ClaimKey, PayeeKid, Receipt
from services.payments.domain.words import MatchKind, UnmatchedReason
from shared.ids import new_id
from shared.kid import KidAgreement, is_valid_kid

Agreements = Mapping[tuple[UUID, str], KidAgreement]
"""By client and account: what the KIDs of payments are checked against."""


@dataclass(frozen=True, slots=True)
class Matched:
    """The receipt pays this claim, of which `remaining_ore` is left (negative: too much was paid).

    A receipt that had been unmatched is taken from clearing on the day `cleared_on`.
    """

    receipt: Receipt
    claim: Claim
    kind: MatchKind
    remaining_ore: int
    cleared_on: date | None = None
    match_id: UUID = field(default_factory=new_id, compare=False)

    @property
    def matched_on(self) -> date:
        return self.cleared_on or self.receipt.paid_on

    @classmethod
    def of(cls, receipt: Receipt, paid: Claim, cleared_on: date | None = None) -> Self:
        """The match by which the claim became what it is now."""
        return cls(receipt, paid, _kind(paid.outstanding_ore), paid.outstanding_ore, cleared_on)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """No open claim explains the receipt; a person has to look."""

    receipt: Receipt
    reason: UnmatchedReason


@dataclass(frozen=True, slots=True)
class Allocation:
    """The decisions in the order of the receipts, the claims that changed, and those that were settled."""

    decisions: tuple[Matched | Unmatched, ...]
    changed: tuple[Claim, ...]
    settled: tuple[Claim, ...]

    @property
    def matched(self) -> list[Matched]:
        return [decision for decision in self.decisions if isinstance(decision, Matched)]

    @property
    def unmatched(self) -> list[Unmatched]:
        return [decision for decision in self.decisions if isinstance(decision, Unmatched)]


def allocate(claims: Iterable[Claim], receipts: Iterable[Receipt], agreements: Agreements) -> Allocation:
    """Apply receipts to claims in the order given.

    A receipt goes wholly to one claim: the oldest open one with its account and KID. Money for a claim that is already
    settled, money without a claim, and money taken back are Unmatched, so that a person sees them.
    """
    before = tuple(claims)
    book = _Book(before)
    decisions = tuple(_decide(book, receipt, agreements) for receipt in receipts)
    changes = [(old, new) for old in before if (new := book.claims[old.key]) is not old]
    settled = tuple(new for old, new in changes if old.settled_on is None and new.settled_on is not None)
    return Allocation(decisions, tuple(new for _, new in changes), settled)


def from_clearing(allocation: Allocation) -> Allocation:
    """The allocation of receipts that had been unmatched: taken from clearing on the day that claim and money are both
    there, whichever came last."""
    return replace(allocation, decisions=tuple(_cleared(decision) for decision in allocation.decisions))


def _cleared(decision: Matched | Unmatched) -> Matched | Unmatched:
    if isinstance(decision, Unmatched):
        return decision
    return replace(decision, cleared_on=max(decision.receipt.paid_on, decision.claim.document_date))


class _Book:
    """The claims while receipts are applied to them."""

    def __init__(self, claims: tuple[Claim, ...]) -> None:
        self.claims = {claim.key: claim for claim in claims}
        self._by_kid: dict[PayeeKid, list[ClaimKey]] = defaultdict(list)
        for claim in sorted(claims, key=_age):
            if (payee_kid := claim.payee_kid) is not None:
                self._by_kid[payee_kid].append(claim.key)

    def claims_of(self, receipt: Receipt) -> list[Claim]:
        """Every claim with the receipt's account and KID, oldest first. Nearly always one or none."""
        payee_kid = receipt.payee_kid
        return [] if payee_kid is None else [self.claims[key] for key in self._by_kid.get(payee_kid, ())]

    def pay(self, claim: Claim, receipt: Receipt) -> Claim:
        paid = claim.paid(receipt.amount_ore, receipt.paid_on)
        self.claims[claim.key] = paid
        return paid


def _decide(book: _Book, receipt: Receipt, agreements: Agreements) -> Matched | Unmatched:
    if receipt.amount_ore <= 0:
        return Unmatched(receipt, "negative_amount")
    candidates = book.claims_of(receipt)
    if not candidates:
        return Unmatched(receipt, _why_unknown(receipt, agreements))
    claim = next((candidate for candidate in candidates if candidate.settled_on is None), None)
    if claim is None:
        return Unmatched(receipt, "already_settled")
    return Matched.of(receipt, book.pay(claim, receipt))


def _why_unknown(receipt: Receipt, agreements: Agreements) -> UnmatchedReason:
    agreement = agreements.get((receipt.client_id, receipt.account))
    is_wrong = receipt.kid is not None and not is_valid_kid(receipt.kid, agreement)
    return "invalid_kid" if is_wrong else "unknown_kid"


def _kind(remaining_ore: int) -> MatchKind:
    if remaining_ore == 0:
        return "exact"
    return "partial" if remaining_ore > 0 else "over"


def _age(claim: Claim) -> tuple[date, UUID]:
    return claim.due_date or claim.document_date, claim.document_id
