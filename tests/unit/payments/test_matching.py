"""Which claim a payment pays."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.payments.domain.claim import Claim, Receipt
from services.payments.domain.matching import Matched, Unmatched, allocate
from shared.kid import KidAgreement, KidAlgorithm, make_kid

CLIENT, OTHER_CLIENT = UUID(int=1), UUID(int=2)
ACCOUNT = "86011117947"
DAY = date(2026, 11, 20)
AGREEMENT = KidAgreement(KidAlgorithm.MOD10, 14)
AGREEMENTS = {(CLIENT, ACCOUNT): AGREEMENT}


def kid(number: int) -> str:
    return make_kid(AGREEMENT, 1, number)


def claim(number: int, payable_ore: int = 1000, client_id: UUID = CLIENT) -> Claim:
    return Claim(
        client_id=client_id,
        document_id=UUID(int=number),
        customer_id=UUID(int=7),
        document_date=DAY,
        due_date=DAY + timedelta(days=14),
        account=ACCOUNT,
        kid=kid(number),
        payable_ore=payable_ore,
    )


def receipt(number: int, kid_text: str | None, amount_ore: int, client_id: UUID = CLIENT) -> Receipt:
    return Receipt(UUID(int=1000 + number), client_id, ACCOUNT, kid_text, amount_ore, DAY)


def _by_document(claims: Iterable[Claim]) -> dict[UUID, Claim]:
    return {claim.document_id: claim for claim in claims}


def test_a_kid_of_another_client_finds_no_claim() -> None:
    [decision] = allocate([claim(1)], [receipt(1, kid(1), 1000, OTHER_CLIENT)], {}).decisions
    assert isinstance(decision, Unmatched)
    assert decision.reason == "unknown_kid"


def test_the_oldest_open_claim_of_several_with_one_kid_is_paid_first() -> None:
    older = replace(claim(2), kid=kid(1), due_date=DAY)
    allocation = allocate([claim(1), older], [receipt(n, kid(1), 1000) for n in (1, 2, 3)], AGREEMENTS)
    paid = [
        decision.claim.document_id.int if isinstance(decision, Matched) else decision.reason
        for decision in allocation.decisions
    ]
    assert paid == [2, 1, "already_settled"]


def test_a_claim_that_was_settled_before_is_not_settled_again() -> None:
    settled = claim(1).paid(1000, DAY)
    allocation = allocate([settled], [receipt(1, kid(1), 1000)], AGREEMENTS)
    assert (allocation.changed, allocation.settled) == ((), ())
    assert [unmatched.reason for unmatched in allocation.unmatched] == ["already_settled"]


def test_the_check_digit_is_checked_by_the_agreement_of_the_account() -> None:
    mod11 = {(CLIENT, ACCOUNT): KidAgreement(KidAlgorithm.MOD11, 14)}
    by_mod10, by_mod11 = (allocate([], [receipt(1, kid(1), 5)], agreements) for agreements in (AGREEMENTS, mod11))
    assert [unmatched.reason for unmatched in (*by_mod10.unmatched, *by_mod11.unmatched)] == [
        "unknown_kid",
        "invalid_kid",
    ]


def test_a_claim_without_account_or_kid_is_never_found() -> None:
    bare = replace(claim(1), account=None, kid=None)
    assert allocate([bare], [receipt(1, None, 1000)], AGREEMENTS).matched == []


_claims = st.lists(st.integers(-200, 2000), max_size=6).map(
    lambda amounts: [claim(number, amount).settled(DAY) for number, amount in enumerate(amounts, start=1)]
)
_receipts = st.lists(st.tuples(st.integers(1, 8), st.integers(-300, 1500)), max_size=20).map(
    lambda pairs: [receipt(index, kid(number), amount) for index, (number, amount) in enumerate(pairs)]
)


@given(_claims, _receipts)
def test_every_receipt_is_decided_once_and_no_money_appears_or_disappears(
    claims: list[Claim], receipts: list[Receipt]
) -> None:
    allocation = allocate(claims, receipts, AGREEMENTS)
    assert [decision.receipt for decision in allocation.decisions] == receipts
    paid: dict[UUID, int] = defaultdict(int)
    for match in allocation.matched:
        assert match.receipt.amount_ore > 0
        paid[match.claim.document_id] += match.receipt.amount_ore
    after = _by_document(claims) | _by_document(allocation.changed)
    assert {document_id: claim.paid_ore for document_id, claim in after.items() if claim.paid_ore} == dict(paid)
    assert all((claim.settled_on is not None) == (claim.outstanding_ore <= 0) for claim in after.values())


@given(_claims, _receipts)
def test_claims_are_settled_once_and_take_no_money_afterwards(claims: list[Claim], receipts: list[Receipt]) -> None:
    allocation = allocate(claims, receipts, AGREEMENTS)
    settled_before = {claim.document_id for claim in claims if claim.settled_on}
    assert not settled_before & {claim.document_id for claim in allocation.settled}
    last = {match.claim.document_id: match for match in allocation.matched}
    for match in allocation.matched:
        is_last = last[match.claim.document_id] is match
        assert (match.remaining_ore > 0) == (match.kind == "partial")
        assert is_last or match.kind == "partial"


@given(_claims, _receipts, st.integers(0, 20))
def test_it_makes_no_difference_where_a_stream_of_payments_is_cut_into_files(
    claims: list[Claim], receipts: list[Receipt], cut: int
) -> None:
    whole = allocate(claims, receipts, AGREEMENTS)
    first = allocate(claims, receipts[:cut], AGREEMENTS)
    between = _by_document(claims) | _by_document(first.changed)
    second = allocate(between.values(), receipts[cut:], AGREEMENTS)
    assert [*first.decisions, *second.decisions] == [*whole.decisions]
