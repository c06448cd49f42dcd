"""Open items move by sums, so however the entries are cut in batches the rest is the same."""

from collections.abc import Iterable
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.ledger.domain.entry import Claimed, Draft
from services.ledger.domain.open_item import moves
from services.ledger.domain.posting_rules import entry_for_document, entry_for_payment
from tests.support.examples_ledger import a_credit_of, a_sale, paid


def some_drafts() -> list[Draft]:
    one, other = a_sale(1001), a_sale(1002, "50")
    documents = [entry_for_document(document) for document in (one, other, a_credit_of(one), a_credit_of(other))]
    payments = [entry_for_payment(paid(one, amount)) for amount in (1, 40000, 50000)]
    return [*(draft for draft in documents if draft is not None), *payments]


DRAFTS = some_drafts()
Rests = dict[UUID, tuple[int, Claimed | None]]


def rests(batches: Iterable[list[Draft]]) -> Rests:
    """What the store does with the moves of each batch: add, and fill in a face that is missing."""
    found: Rests = {}
    for batch in batches:
        for move in moves(batch):
            amount_ore, face = found.get(move.document_id, (0, None))
            found[move.document_id] = (amount_ore + move.amount_ore, face or move.claimed)
    return found


@given(st.permutations(DRAFTS), st.lists(st.integers(0, len(DRAFTS)), max_size=4))
def test_any_order_in_any_batches_leaves_the_same(order: list[Draft], cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(order)]
    assert rests(order[start:end] for start, end in pairwise(places)) == rests([DRAFTS])


@given(st.permutations(DRAFTS))
def test_items_are_always_locked_in_the_same_order(order: list[Draft]) -> None:
    assert [move.document_id for move in moves(order)] == [move.document_id for move in moves(DRAFTS)]
