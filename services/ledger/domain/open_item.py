"""Open items: what is left of each claim. An item changes in the same transaction as the entry, and only by addition.

So the order of events does not matter: a payment or a credit note that precedes its invoice opens the item with a
negative remainder, and the invoice adds what its document says about the claim.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from services.ledger.domain.entry import Claim, UnpostedEntry


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What a set of entries does to one open item; `document_id` is that of the claim."""

    client_id: UUID
    document_id: UUID
    customer_id: UUID
    amount_ore: int
    claim: Claim | None


def item_changes(entries: Iterable[UnpostedEntry]) -> list[ItemChange]:
    """One change per claim, sorted so that concurrent transactions lock the items in the same order."""
    changes: dict[tuple[UUID, UUID], ItemChange] = {}
    for change in filter(None, map(_change, entries)):
        key = (change.client_id, change.document_id)
        before = changes.get(key)
        changes[key] = change if before is None else _combined(before, change)
    return [changes[key] for key in sorted(changes)]


def _change(entry: UnpostedEntry) -> ItemChange | None:
    """None for an entry that concerns no claim."""
    if entry.claim_id is None or entry.customer_id is None:
        return None
    return ItemChange(entry.client_id, entry.claim_id, entry.customer_id, entry.receivable_ore, entry.claim)


def _combined(before: ItemChange, change: ItemChange) -> ItemChange:
    return replace(before, amount_ore=before.amount_ore + change.amount_ore, claim=before.claim or change.claim)
