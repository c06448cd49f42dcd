"""The entries that payments become. Every payment in the bank has one receipt, from whichever event says where it went.

matched when it came   D 1920 bank         C 1500, the whole amount, also what goes beyond the claim
unmatched              D 1920 bank         C 2990 unmatched
matched later          D 2990 unmatched    C 1500, so much as the claim gets
match undone           D 1500              C 2990 unmatched
refunded               D 2990 unmatched    C 2991 on its way back

Money that the bank took back has a negative amount, and the same entries. No entry depends on another being there:
the events may come in any order.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from services.ledger.domain.chart import BANK, RECEIVABLES, clearing_accounts
from services.ledger.domain.entry import Posting, Purpose, UnpostedEntry, checked
from shared.values import Ore, Value

Side = Literal["bank", "claim", "unmatched", "refunds"]
MovementKind = Literal["matched", "unmatched", "cleared", "undone", "refunded"]


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of movement is posted. The words are Norwegian, because the books are the client's."""

    purpose: Purpose
    debit: Side
    credit: Side
    words: str


RULES: Final[dict[MovementKind, Rule]] = {
    "matched": Rule("receipt", "bank", "claim", "Innbetaling"),
    "unmatched": Rule("receipt", "bank", "unmatched", "Uavklart innbetaling"),
    "cleared": Rule("match", "unmatched", "claim", "Avklart innbetaling"),
    "undone": Rule("match_undone", "claim", "unmatched", "Opphevet innbetaling"),
    "refunded": Rule("refund", "unmatched", "refunds", "Tilbakebetaling av innbetaling"),
}


class PaidClaim(Value):
    """The invoice that gets or loses the money, and who owes it."""

    document_id: UUID
    customer_id: UUID


class Movement(Value):
    """Money of one payment that goes from one account to another; `source_id` names the movement."""

    kind: MovementKind
    client_id: UUID
    source_id: UUID
    paid_on: date
    """When the bank had the payment; this day chooses the clearing accounts."""
    moved_on: date
    kid: str | None
    amount_ore: Ore
    claim: PaidClaim | None = None


def entry_for_payment(movement: Movement) -> UnpostedEntry:
    """The entry of the movement. Raises AmountTooLarge, NoClearingAccount."""
    rule, claim = RULES[movement.kind], movement.claim
    document_id = claim.document_id if claim else None
    debit, credit = _account(rule.debit, movement), _account(rule.credit, movement)
    return UnpostedEntry(
        client_id=movement.client_id,
        entry_date=movement.moved_on,
        source="payment",
        source_id=movement.source_id,
        purpose=rule.purpose,
        document_id=document_id,
        customer_id=claim.customer_id if claim else None,
        claim_id=document_id,
        text=f"{rule.words} KID {movement.kid}" if movement.kid else f"{rule.words} uten KID",
        postings=checked(Posting(debit, movement.amount_ore), Posting(credit, -movement.amount_ore)),
    )


def _account(side: Side, movement: Movement) -> int:
    if side == "bank":
        return BANK
    if side == "claim":
        return RECEIVABLES
    accounts = clearing_accounts(movement.paid_on)
    return accounts.unmatched if side == "unmatched" else accounts.refunds
