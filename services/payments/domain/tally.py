"""What became of a client's part of a bank file, in numbers and in øre."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from services.payments.domain.bank_file import Incoming
from services.payments.domain.matching import Matched, Unmatched


@dataclass(frozen=True)
class Tally:
    """`matched` counts exact, partial and over; payments = matched + unmatched + duplicates, in number and in sum.

    `control_ore` is the sum as the end records state it: card reversals are added there, and taken from `total_ore`.
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
    def of(cls, lines: Iterable[Incoming], decisions: Iterable[Matched | Unmatched]) -> Self:
        """The tally of all lines of one client, given the decisions on those that were not seen before."""
        amounts = [(one.line.amount_ore, one.line.control_ore) for one in lines]
        decided = list(decisions)
        matched = [one for one in decided if isinstance(one, Matched)]
        unmatched = [one.receipt.amount_ore for one in decided if isinstance(one, Unmatched)]
        partial = [one.receipt.amount_ore for one in matched if one.kind == "partial"]
        over = [one.receipt.amount_ore for one in matched if one.kind == "over"]
        total, matched_ore = sum(net for net, _ in amounts), sum(one.receipt.amount_ore for one in matched)
        return cls(
            payments=len(amounts),
            total_ore=total,
            control_ore=sum(control for _, control in amounts),
            matched=len(matched),
            matched_ore=matched_ore,
            partial=len(partial),
            partial_ore=sum(partial),
            over=len(over),
            over_ore=sum(over),
            unmatched=len(unmatched),
            unmatched_ore=sum(unmatched),
            duplicates=len(amounts) - len(decided),
            duplicates_ore=total - matched_ore - sum(unmatched),
        )
