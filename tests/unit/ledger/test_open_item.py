"""Open items change by addition only, so the remainders do not depend on order or batches."""

from collections.abc import Iterable
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.ledger.domain.entry import Claim, UnpostedEntry
from services.ledger.domain.open_item import item_changes
from services.ledger.domain.payment_rules import entry_for_payment
from services.ledger.domain.posting_rules import entry_for_document
from tests.support.examples_ledger import a_credit_of, a_sale, received, sold


def some_entries() -> list[UnpostedEntry]:
    first, second = a_sale(1001), a_sale(1002, "50")
    documents = (first, second, a_credit_of(first), a_credit_of(second))
    payments = [entry_for_payment(received(first, amount)) for amount in (1, 40000, 50000)]
    return [*(entry_for_document(sold(document)) for document in documents), *payments]


ENTRIES = some_entries()
Items = dict[UUID, tuple[int, Claim | None]]


def items_after(batches: Iterable[list[UnpostedEntry]]) -> Items:
    """What the store does with the changes of each batch: add the amount, and fill in a missing claim."""
    items: Items = {}
    for batch in batches:
        for change in item_changes(batch):
            amount_ore, claim = items.get(change.document_id, (0, None))
            items[change.document_id] = (amount_ore + change.amount_ore, claim or change.claim)
    return items


@given(st.permutations(ENTRIES), st.lists(st.integers(0, len(ENTRIES)), max_size=4))
def test_any_order_and_any_batches_leave_the_same_items(order: list[UnpostedEntry], cuts: list[int]) -> None:
    bounds = [0, *sorted(cuts), len(order)]
    assert items_after(order[start:end] for start, end in pairwise(bounds)) == items_after([ENTRIES])


@given(st.permutations(ENTRIES))
def test_items_are_always_locked_in_the_same_order(order: list[UnpostedEntry]) -> None:
    assert [change.document_id for change in item_changes(order)] == [
        change.document_id for change in item_changes(ENTRIES)
    ]
