"""Open items: what is left of each claim. An item moves in the transaction of the entry, and only by sums.

So the order of events does not matter: a payment or a credit note that comes before its invoice opens the item with a
negative rest, and the invoice fills in the face.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from services.ledger.domain.entry import Claimed, Draft


@dataclass(frozen=True, slots=True)
class Move:
    """What a set of entries does to one open item."""

    client_id: UUID
    document_id: UUID
    customer_id: UUID
    amount_ore: int
    claimed: Claimed | None


def moves(drafts: Iterable[Draft]) -> list[Move]:
    """One move per claim, in the order that the items are locked in."""
    found: dict[tuple[UUID, UUID], Move] = {}
    for draft in drafts:
        place = (draft.client_id, draft.claim_id)
        before = found.get(place)
        found[place] = _move(draft) if before is None else _joined(before, draft)
    return [found[place] for place in sorted(found)]


def _move(draft: Draft) -> Move:
    return Move(draft.client_id, draft.claim_id, draft.customer_id, draft.receivable_ore, draft.claimed)


def _joined(before: Move, draft: Draft) -> Move:
    return replace(before, amount_ore=before.amount_ore + draft.receivable_ore, claimed=before.claimed or draft.claimed)
