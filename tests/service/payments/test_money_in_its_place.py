"""Every øre that the bank reports has a place in the books: on a claim, in clearing, or on its way back."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.payments.domain.ocr_giro import TransactionType
from shared.contracts.payments import DocumentOverdue, DocumentReopened, DocumentSettled, MatchUndone
from shared.ids import new_id
from tests.service.payments.money import money
from tests.support.eventually import eventually
from tests.support.examples_documents import CLIENT_ID
from tests.support.examples_payments import OTHER_CLIENT_ID, PAID_ON, a_claim, a_credit_of, pays, sent
from tests.support.service import StartService

LATER = PAID_ON + timedelta(days=4)
TAKEN_BACK = pays(1, -125_00, 90, transaction_type=TransactionType.REVERSAL_WITH_KID, settlement_date=LATER)


@pytest.mark.parametrize("seed", range(3))
async def test_a_payment_twice_lies_in_clearing(start: StartService, seed: int) -> None:
    story = await money(start, 1)
    await story.comes(pays(1), pays(1, 125_00, 2))
    text = await story.is_posted(seed)
    assert await story.balances() == {1500: -125_00, 1920: 250_00, 2990: -125_00}
    assert "Uavklart innbetaling KID" in text
    assert await story.states() == [("matched", None, 0), ("unmatched", "already_settled", 125_00)]


async def test_a_payment_of_a_credited_invoice_lies_in_clearing_until_it_is_refunded(start: StartService) -> None:
    story = await money(start)
    claim = a_claim(1)
    await story.payments.receives(claim, a_credit_of(claim, 125_00))
    await story.comes(pays(1))
    await story.is_posted()
    assert await story.balances() == {1920: 125_00, 2990: -125_00}

    [payment] = await story.listed()
    body = {"amount_ore": 125_00, "refunded_on": "2026-11-23", "note": "Fakturaen er kreditert."}
    answer = await story.post(f"{payment['id']}/refunds", body)
    assert (answer.status_code, answer.json()["state"]) == (201, "refunded"), answer.text
    assert [refund["amount_ore"] for refund in answer.json()["refunds"]] == [125_00]
    await story.is_posted()
    assert await story.balances() == {1920: 125_00, 2991: -125_00}


@pytest.mark.parametrize("together", [True, False])
async def test_a_reversal_on_a_settled_claim_reopens_it(start: StartService, *, together: bool) -> None:
    story = await money(start, 1)
    if together:
        await story.comes(pays(1), TAKEN_BACK)
    else:
        await story.comes(pays(1))
        await story.comes(TAKEN_BACK)
    claim = await story.claim(1)
    assert (claim["state"], claim["outstanding_ore"], claim["settled_on"]) == ("open", 125_00, None)
    assert await story.turns() == ["document-settled", "document-reopened"]
    [undone] = await story.payments.emitted(MatchUndone)
    assert (undone.reason, undone.undone_on, undone.remaining_ore) == ("reversed", LATER, 125_00)
    [reopened] = await story.payments.emitted(DocumentReopened)
    assert (reopened.settlement, reopened.outstanding_ore) == (1, 125_00)
    assert await story.states() == [("reversed", None, 0), ("reversed", None, 0)]
    await story.is_posted()
    assert await story.balances() == {}


async def test_a_reversal_that_comes_before_its_payment_takes_it_back_too(start: StartService) -> None:
    story = await money(start, 1)
    await story.comes(TAKEN_BACK)
    await story.comes(pays(1))
    assert (await story.claim(1))["outstanding_ore"] == 125_00
    assert await story.states() == [("reversed", None, 0), ("reversed", None, 0)]
    await story.is_posted()


async def test_a_reopened_claim_is_paid_again_and_settled_a_second_time(start: StartService) -> None:
    story = await money(start, 1)
    await story.comes(pays(1), TAKEN_BACK)
    await story.comes(pays(1, 125_00, 3))
    assert [event.settlement for event in await story.payments.emitted(DocumentSettled)] == [1, 2]
    assert (await story.claim(1))["state"] == "settled"
    await story.is_posted()
    assert await story.balances() == {1500: -125_00, 1920: 125_00}


async def test_a_reversal_takes_back_the_payment_that_lies_in_clearing_before_one_that_is_matched(
    start: StartService,
) -> None:
    story = await money(start, 1)
    await story.comes(pays(1), pays(1, 125_00, 2), TAKEN_BACK)
    assert (await story.claim(1))["state"] == "settled"
    assert [state for state, _, _ in await story.states()] == ["matched", "reversed", "reversed"]
    await story.is_posted()
    assert await story.balances() == {1500: -125_00, 1920: 125_00}


async def test_a_reversal_of_part_of_a_payment_waits_and_is_charged_to_its_claim_by_hand(start: StartService) -> None:
    story = await money(start, 1)
    await story.comes(pays(1), replace(TAKEN_BACK, amount_ore=-25_00))
    assert await story.states() == [("matched", None, 0), ("unmatched", "negative_amount", -25_00)]
    claim, negative = await story.claim(1), (await story.listed())[1]
    body = {"matches": [{"document_id": claim["document_id"], "amount_ore": -25_00}]}
    answer = await story.post(f"{negative['id']}/matches", body)
    assert answer.status_code == 201, answer.text
    claim = await story.claim(1)
    assert (claim["state"], claim["outstanding_ore"]) == ("open", 25_00)
    await story.is_posted()
    assert await story.balances() == {1500: -100_00, 1920: 100_00}


async def test_an_unmatched_payment_is_matched_by_hand_in_parts(start: StartService) -> None:
    story = await money(start, 1, 2)
    await story.comes(pays(9, 300_00))
    [payment], first, second = await story.listed(), await story.claim(1), await story.claim(2)
    shares = [(first, 125_00), (second, 100_00)]
    body = {"matches": [{"document_id": claim["document_id"], "amount_ore": ore} for claim, ore in shares]}
    answer = await story.post(f"{payment['id']}/matches", body)
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert (shown["state"], shown["reason"], shown["unmatched_ore"]) == ("unmatched", "by_hand", 75_00)
    assert [(match["kind"], match["amount_ore"]) for match in shown["matches"]] == [
        ("exact", 125_00),
        ("partial", 100_00),
    ]
    assert [(await story.claim(number))["outstanding_ore"] for number in (1, 2)] == [0, 25_00]
    await story.is_posted()
    assert await story.balances() == {1500: -225_00, 1920: 300_00, 2990: -75_00}


@pytest.mark.parametrize("seed", range(3))
async def test_a_match_is_undone_and_made_anew(start: StartService, seed: int) -> None:
    story = await money(start, 1, 2)
    await story.comes(pays(1))
    [payment], second = await story.listed(), await story.claim(2)
    [match] = payment["matches"]
    undo = f"{payment['id']}/matches/{match['id']}/undo"
    undone = await story.post(undo)
    assert (undone.status_code, undone.json()["unmatched_ore"], undone.json()["document_id"]) == (200, 125_00, None)
    assert (await story.claim(1))["state"] == "open"
    body = {"matches": [{"document_id": second["document_id"], "amount_ore": 125_00}]}
    assert (await story.post(f"{payment['id']}/matches", body)).json()["state"] == "matched"
    again = await story.post(undo)
    assert (again.status_code, again.json()["code"]) == (409, "match-already-undone")
    assert await story.turns() == ["document-settled", "document-reopened", "document-settled"]
    await story.is_posted(seed)
    assert await story.balances() == {1500: -125_00, 1920: 125_00}


async def test_what_cannot_be_placed_is_refused_and_changes_nothing(start: StartService) -> None:
    story = await money(start, 1)
    await story.comes(pays(9, 50_00), pays(8, 500_00))
    small, large = [item["id"] for item in await story.listed()]
    document = (await story.claim(1))["document_id"]
    before = await story.payments.rows("select * from payment order by id")

    def on(ore: int, document_id: str = document) -> dict[str, list[dict[str, object]]]:
        return {"matches": [{"document_id": document_id, "amount_ore": ore}]}

    refund = {"refunded_on": "2026-11-23", "note": "Feil"}
    twice = {"matches": [*on(1)["matches"], *on(2)["matches"]]}
    for path, body, status, code in (
        (f"{small}/matches", on(50_01), 422, "match-exceeds-payment"),
        (f"{large}/matches", on(125_01), 422, "match-exceeds-claim"),
        (f"{small}/matches", on(-1), 422, "match-exceeds-payment"),
        (f"{small}/matches", on(0), 422, "match-exceeds-payment"),
        (f"{small}/matches", twice, 422, "invalid-fields"),
        (f"{small}/matches", on(1, str(new_id())), 404, "claim-not-found"),
        (f"{new_id()}/matches", on(1), 404, "payment-not-found"),
        (f"{small}/matches/{new_id()}/undo", None, 404, "match-not-found"),
        (f"{small}/refunds", {**refund, "amount_ore": 50_01}, 422, "refund-exceeds-payment"),
        (f"{small}/refunds", {**refund, "amount_ore": 1, "refunded_on": "2999-12-31"}, 422, "refund-date-impossible"),
        (f"{small}/refunds", {**refund, "amount_ore": 1, "refunded_on": "1900-01-01"}, 422, "refund-date-impossible"),
    ):
        answer = await story.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await story.payments.rows("select * from payment order by id") == before


async def test_a_payment_is_placed_only_once(start: StartService) -> None:
    story = await money(start, 1, 2)
    await story.comes(pays(9, 50_00))
    [payment], claim = await story.listed(), await story.claim(1)
    body = {"matches": [{"document_id": claim["document_id"], "amount_ore": 50_00}]}
    key = {"Idempotency-Key": "the-same"}
    first = await story.post(f"{payment['id']}/matches", body, **key)
    replayed = await story.post(f"{payment['id']}/matches", body, **key)
    assert (replayed.json(), replayed.headers["Idempotent-Replayed"]) == (first.json(), "true")
    for path, other in (("matches", body), ("refunds", {"amount_ore": 1, "refunded_on": "2026-11-23", "note": "Feil"})):
        answer = await story.post(f"{payment['id']}/{path}", other)
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing-unmatched")
    await story.is_posted()


async def test_another_clients_payments_claims_and_matches_are_not_found(start: StartService) -> None:
    story = await money(start, 1, 2)
    theirs = a_claim(7, client_id=OTHER_CLIENT_ID)
    await story.payments.receives(theirs)
    await story.comes(pays(1), pays(9, 50_00))
    matched, unmatched = await story.listed()
    body = {"matches": [{"document_id": str(theirs.document.document_id), "amount_ore": 50_00}]}
    answer = await story.post(f"{unmatched['id']}/matches", body)
    assert (answer.status_code, answer.json()["code"]) == (404, "claim-not-found")
    other = await story.payments.key(OTHER_CLIENT_ID)
    for path, sent_body in (
        (f"{unmatched['id']}/matches", body),
        (f"{matched['id']}/matches/{matched['matches'][0]['id']}/undo", None),
        (f"{unmatched['id']}/refunds", {"amount_ore": 1, "refunded_on": "2026-11-23", "note": "Feil"}),
    ):
        answer = await story.post(path, sent_body, **other)
        assert (answer.status_code, answer.json()["code"]) == (404, "payment-not-found")


async def test_matching_takes_its_scope_and_is_audited(start: StartService) -> None:
    story = await money(start, 1)
    await story.comes(pays(9, 50_00))
    [payment], claim = await story.listed(), await story.claim(1)
    body = {"matches": [{"document_id": claim["document_id"], "amount_ore": 50_00}]}
    reader = await story.payments.key(CLIENT_ID, scopes=("payments:read", "payments:import"))
    assert (await story.post(f"{payment['id']}/matches", body, **reader)).status_code == 403
    matcher = await story.payments.key(CLIENT_ID, scopes=("payments:match",))
    assert (await story.post(f"{payment['id']}/matches", body, **matcher)).status_code == 201
    [entry] = await story.payments.rows(
        "select action, resource, resource_id, client_id, before, after from audit_entry where action like '%/matches'"
    )
    assert (entry["action"], entry["resource_id"]) == ("POST /v1/payments/{payment_id}/matches", UUID(payment["id"]))
    assert (entry["before"]["state"], entry["after"]["unmatched_ore"]) == ("unmatched", 0)


async def test_a_reopened_claim_can_become_overdue_again(start: StartService) -> None:
    story = await money(start)
    claim = a_claim(1, document_date=date(2026, 9, 1), due_date=date(2026, 9, 15))
    await story.payments.receives(claim, sent(claim))

    await story.comes(pays(1), TAKEN_BACK)
    [overdue] = await eventually(lambda: story.payments.emitted(DocumentOverdue))
    assert overdue.outstanding_ore == 125_00
    assert await story.payments.broken() == {}


@pytest.mark.parametrize("missing", range(4))
async def test_an_entry_that_is_missing_is_named(start: StartService, missing: int) -> None:
    story = await money(start, 1)
    await story.comes(pays(9, 50_00))
    [payment], claim = await story.listed(), await story.claim(1)
    body = {"matches": [{"document_id": claim["document_id"], "amount_ore": 30_00}]}
    match = (await story.post(f"{payment['id']}/matches", body)).json()["matches"][0]
    await story.post(f"{payment['id']}/matches/{match['id']}/undo")
    await story.post(f"{payment['id']}/refunds", {"amount_ore": 20_00, "refunded_on": "2026-11-23", "note": "Feil"})
    events = {type(event).__name__: event for event in await story.events()}
    name = ["PaymentUnmatched", "PaymentMatched", "MatchUndone", "PaymentRefunded"][missing]
    await story.ledger.receives(*(event for other, event in events.items() if other != name))
    differences = await story.differences()
    named = {"PaymentMatched": match["id"], "MatchUndone": f"{match['id']} match_undone"}.get(name, "")
    [line] = differences["clearing is what is unmatched"]
    assert named in line
    assert "ledger has nothing" in line
    assert ("bank is the bank" in differences) == (name == "PaymentUnmatched")
