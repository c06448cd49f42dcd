"""What became of a client's part of a bank file, in numbers and in øre."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from services.payments.domain.bank_file import BankPayment
from services.payments.domain.matching import Matched, Unmatched


@dataclass(frozen=True)
class Tally:
    """`matched` counts exact, partial and over; payments = matched + unmatched + duplicates, in number and in sum.

    `control_ore` is the sum as the control sums of the file count it; see BankPayment.
    """

    payments: int = 0
    total_ore: int = 0
    control_ore: int = 0
    matched: int = 0
    matched_ore: int = 0
    partial: int = 0
    partial_ore: int = 0
    over: int = 0
    over_ore: int = 0
    unmatched: int = 0
    unmatched_ore: int = 0
    duplicates: int = 0
    duplicates_ore: int = 0

    @classmethod
    def of(cls, payments: Iterable[BankPayment], decisions: Iterable[Matched | Unmatched]) -> Self:
        """The tally of one client's payments, given the decisions on those that no earlier file had reported."""
        amounts = [(payment.amount_ore, payment.control_ore) for payment in payments]
        decided = list(decisions)
        matches = [decision for decision in decided if isinstance(decision, Matched)]
        matched = [match.receipt.amount_ore for match in matches]
        partial = [match.receipt.amount_ore for match in matches if match.kind == "partial"]
        over = [match.receipt.amount_ore for match in matches if match.kind == "over"]
        unmatched = [decision.receipt.amount_ore for decision in decided if isinstance(decision, Unmatched)]
        total_ore = sum(amount_ore for amount_ore, _ in amounts)
        return cls(
            payments=len(amounts),
            total_ore=total_ore,
            control_ore=sum(control_ore for _, control_ore in amounts),
            matched=len(matched),
            matched_ore=sum(matched),
            partial=len(partial),
            partial_ore=sum(partial),
            over=len(over),
            over_ore=sum(over),
            unmatched=len(unmatched),
            unmatched_ore=sum(unmatched),
            duplicates=len(amounts) - len(decided),
            duplicates_ore=total_ore - sum(matched) - sum(unmatched),
        )
