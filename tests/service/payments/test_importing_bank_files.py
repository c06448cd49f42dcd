"""Importing a bank file: what is booked and matched, and what happens to repeated payments."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from services.payments.domain.ocr_giro import TransactionType
from shared.clock import MovableClock
from shared.contracts.payments import BankFileImported, DocumentSettled, PaymentMatched, PaymentUnmatched
from shared.contracts.values import KidTerms
from tests.support.examples_documents import CLIENT_ID
from tests.support.examples_payments import (
    ACCOUNT,
    OTHER_ACCOUNT,
    OTHER_CLIENT_ID,
    PAID_ON,
    a_bank_file,
    a_claim,
    a_client,
    a_credit_of,
    other_client,
    pays,
    upload,
)
from tests.support.service import ServiceUnderTest, StartService, once


async def _payments(start: StartService, *claims: int) -> ServiceUnderTest:
    """The service, its client, and claims of 125 kr with these numbers."""
    service: ServiceUnderTest = await start("payments")
    await service.receives(a_client(), other_client(), *(a_claim(number) for number in claims))
    return service


async def test_a_payment_of_the_whole_claim_settles_it(start: StartService) -> None:
    service = await _payments(start)
    claim = a_claim(1)
    await service.receives(claim)
    answer = await upload(service, await service.key(CLIENT_ID), a_bank_file(pays(1)))
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert answer.headers["Location"] == f"/v1/bank-files/{body['id']}"
    assert (body["payments"], body["total_ore"], body["matched"], body["matched_ore"]) == (1, 125_00, 1, 125_00)
    assert body["already_imported"] is False
    [matched] = await service.emitted(PaymentMatched)
    assert (matched.kind, matched.amount_ore, matched.remaining_ore, matched.paid_on) == ("exact", 125_00, 0, PAID_ON)
    assert matched.document_id == claim.document.document_id
    [settled] = await service.emitted(DocumentSettled)
    assert (settled.document_id, settled.settled_on) == (claim.document.document_id, PAID_ON)
    [imported] = await service.emitted(BankFileImported)
    assert (imported.payments, imported.matched_ore, imported.unmatched) == (1, 125_00, 0)
    assert not await service.broken()


async def test_payments_are_matched_in_the_order_of_the_file(start: StartService) -> None:
    service = await _payments(start, 1, 2)
    payments = (
        pays(1, 100_00, 11),
        pays(1, 50_00, 12),
        pays(1, 10_00, 13),
        pays(2, 125_00, 14),
        pays(77, 9_00, 15),
        pays(2, 5_00, 16, kid="12345678901234"),
        pays(2, -5_00, 17),
        pays(2, 7_00, 18, kid=None),
    )
    body = (await upload(service, await service.key(CLIENT_ID), a_bank_file(*payments))).json()
    matched = [(event.kind, event.amount_ore, event.remaining_ore) for event in await service.emitted(PaymentMatched)]
    assert matched == [("partial", 100_00, 25_00), ("over", 50_00, -25_00), ("exact", 125_00, 0)]
    unmatched = [(event.reason, event.amount_ore) for event in await service.emitted(PaymentUnmatched)]
    assert unmatched == [
        ("already_settled", 10_00),
        ("unknown_kid", 9_00),
        ("invalid_kid", 5_00),
        ("negative_amount", -5_00),
        ("unknown_kid", 7_00),
    ]
    assert len(await service.emitted(DocumentSettled)) == 2
    counts = {name: body[name] for name in ("matched", "partial", "over", "unmatched", "duplicates")}
    assert counts == {"matched": 3, "partial": 1, "over": 1, "unmatched": 5, "duplicates": 0}
    assert body["total_ore"] == body["matched_ore"] + body["unmatched_ore"] == 301_00
    assert not await service.broken()


async def test_the_same_file_again_has_no_second_effect(start: StartService) -> None:
    service = await _payments(start, 1)
    headers, data = await service.key(CLIENT_ID), a_bank_file(pays(1))
    first = (await upload(service, headers, data)).json()
    again = (await upload(service, headers, data)).json()
    fetched_again = (await upload(service, headers, a_bank_file(pays(1), line_end="\r\n"))).json()
    by_the_bureau = (await upload(service, await service.key(None, "bureau"), data)).json()
    assert again == {**first, "already_imported": True}
    assert fetched_again == by_the_bureau == again
    assert len(await service.emitted(PaymentMatched)) == len(await service.emitted(BankFileImported)) == 1


async def test_a_retry_with_the_same_key_gives_the_stored_answer(start: StartService) -> None:
    service = await _payments(start, 1)
    headers = once({"Content-Type": "text/plain", **await service.key(CLIENT_ID)})
    answers = [
        await service.http.post("/v1/bank-files", content=a_bank_file(pays(1)), headers=headers) for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"


async def test_a_transmission_with_different_content_is_refused(start: StartService) -> None:
    service = await _payments(start, 1)
    headers = await service.key(CLIENT_ID)
    first = (await upload(service, headers, a_bank_file(pays(1)))).json()
    answer = await upload(service, headers, a_bank_file(pays(1, 126_00)))
    assert (answer.status_code, answer.json()["code"]) == (409, "transmission-changed")
    assert first["id"] in answer.json()["detail"]
    assert len(await service.rows("select 1 from payment")) == 1


async def test_payments_that_an_earlier_file_reported_are_duplicates(start: StartService) -> None:
    service = await _payments(start, 1, 2)
    headers = await service.key(CLIENT_ID)
    await upload(service, headers, a_bank_file(pays(1), transmission=1))
    body = (await upload(service, headers, a_bank_file(pays(1), pays(2), transmission=2))).json()
    assert (body["payments"], body["duplicates"], body["duplicates_ore"], body["matched"]) == (2, 1, 125_00, 1)
    assert len(await service.emitted(PaymentMatched)) == 2
    assert not await service.broken()


async def test_a_payment_that_came_before_its_claim_is_matched_when_the_claim_comes(start: StartService) -> None:
    service = await _payments(start)
    await upload(service, await service.key(CLIENT_ID), a_bank_file(pays(1, 100_00, 1), pays(1, 50_00, 2)))
    assert [event.reason for event in await service.emitted(PaymentUnmatched)] == ["unknown_kid", "unknown_kid"]
    await service.receives(a_claim(1))
    matched = [(event.kind, event.remaining_ore) for event in await service.emitted(PaymentMatched)]
    assert matched == [("partial", 25_00), ("over", -25_00)]
    assert len(await service.emitted(DocumentSettled)) == 1
    assert not await service.broken()


async def test_a_redelivered_invoice_opens_no_second_claim(start: StartService) -> None:
    service = await _payments(start)
    claim = a_claim(1)
    envelope = service.envelope(claim)
    await service.receives_envelope(envelope)
    await service.receives_envelope(envelope)
    await service.receives(claim)
    assert len(await service.rows("select 1 from claim")) == 1


async def test_credit_note_and_invoice_may_come_in_either_order(start: StartService) -> None:
    service = await _payments(start)
    first, second = a_claim(1), a_claim(2)
    await service.receives(a_credit_of(first, 125_00), first, second, a_credit_of(second, 25_00, number=9001))
    rows = await service.rows("select number, credited_ore, settled_on is not null as settled from claim order by 1")
    assert [tuple(row.values()) for row in rows] == [(1, 125_00, True), (2, 25_00, False)]
    assert [event.document_id for event in await service.emitted(DocumentSettled)] == [first.document.document_id]
    body = (await upload(service, await service.key(CLIENT_ID), a_bank_file(pays(1), pays(2, 100_00)))).json()
    assert (body["matched"], body["unmatched"]) == (1, 1)
    assert [event.reason for event in await service.emitted(PaymentUnmatched)] == ["already_settled"]
    assert not await service.broken()


async def test_a_file_of_the_bureau_is_divided_among_the_clients(start: StartService) -> None:
    service = await _payments(start, 1)
    data = a_bank_file((ACCOUNT, [pays(1)]), (OTHER_ACCOUNT, [pays(1, 10_00, 2), pays(2, 20_00, 3)]))
    body = (await upload(service, await service.key(None, "bureau"), data)).json()
    assert (body["payments"], body["total_ore"], body["matched"], body["unmatched"]) == (3, 155_00, 1, 2)
    shares = {event.client_id: (event.payments, event.total_ore) for event in await service.emitted(BankFileImported)}
    assert shares == {CLIENT_ID: (1, 125_00), OTHER_CLIENT_ID: (2, 30_00)}
    theirs = await service.http.get(f"/v1/bank-files/{body['id']}", headers=await service.key(OTHER_CLIENT_ID))
    assert (theirs.json()["payments"], theirs.json()["total_ore"]) == (2, 30_00)
    assert not await service.broken()


async def test_card_reversals_are_added_in_the_control_sum_and_taken_from_the_total(start: StartService) -> None:
    service = await _payments(start, 1)
    reversal = pays(3, -40_00, 3, transaction_type=TransactionType.REVERSAL_WITH_KID)
    body = (await upload(service, await service.key(CLIENT_ID), a_bank_file(pays(1), reversal))).json()
    assert (body["total_ore"], body["unmatched_ore"]) == (85_00, -40_00)
    assert not await service.broken()


async def test_a_payment_to_a_former_account_still_finds_its_claim(start: StartService) -> None:
    service = await _payments(start, 1)
    moved = a_client(account="12345678903", version=2, kid=KidTerms(algorithm="MOD11", length=10))
    await service.receives(moved, a_client())
    body = (await upload(service, await service.key(CLIENT_ID), a_bank_file(pays(1)))).json()
    assert body["matched"] == 1


async def test_two_files_at_once_do_not_settle_a_claim_twice(start: StartService) -> None:
    service = await _payments(start, *range(1, 21))
    headers = await service.key(CLIENT_ID)
    forwards = a_bank_file(*(pays(n, 125_00, n) for n in range(1, 21)), transmission=1)
    backwards = a_bank_file(*(pays(n, 125_00, 100 + n) for n in range(20, 0, -1)), transmission=2)
    answers = await asyncio.gather(*(upload(service, headers, data) for data in (forwards, backwards, forwards)))
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len(await service.emitted(DocumentSettled)) == 20
    assert len(await service.rows("select 1 from payment")) == 40
    assert not await service.broken()


async def test_a_real_file_of_the_bank_is_imported(start: StartService, shared_data: Path) -> None:
    data = (shared_data / "ocr-giro" / "python-netsgiro" / "ocr_giro_transactions.txt").read_bytes()
    service: ServiceUnderTest = await start("payments", clock=MovableClock(datetime(1992, 1, 20, 12, tzinfo=UTC)))
    await service.receives(a_client(account="99991042764", kid=KidTerms(algorithm="MOD11", length=7)))
    body = (await upload(service, await service.key(CLIENT_ID), data)).json()
    assert (body["payments"], body["total_ore"], body["unmatched"]) == (20, 5_144_900, 20)
    reasons = {event.reason for event in await service.emitted(PaymentUnmatched)}
    assert reasons == {"unknown_kid", "invalid_kid"}
    assert not await service.broken()
