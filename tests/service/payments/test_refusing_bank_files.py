"""Bad bank files get a clear answer by line, leave nothing half done, and stay visible."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.payments.domain.ocr_giro import OcrFile, write
from tests.support.examples_documents import CLIENT_ID
from tests.support.examples_payments import (
    ACCOUNT,
    OTHER_ACCOUNT,
    OTHER_CLIENT_ID,
    PAID_ON,
    a_bank_file,
    a_claim,
    a_client,
    other_client,
    pays,
    upload,
)
from tests.support.service import ServiceUnderTest, StartService, once

GOOD = a_bank_file(pays(1), pays(2))


def _truncated(data: bytes) -> bytes:
    return b"\n".join(data.split(b"\n")[:-3]) + b"\n"


def _wrong_sum(data: bytes) -> bytes:
    return data.replace(b"00000000000025000", b"00000000000025001")


def _wrong_order(data: bytes) -> bytes:
    lines = data.split(b"\n")
    lines[2], lines[3] = lines[3], lines[2]
    return b"\n".join(lines)


def _letters_for_digits(data: bytes) -> bytes:
    lines = data.split(b"\n")
    lines[2] = lines[2][:40] + b"X" + lines[2][41:]
    return b"\n".join(lines)


async def _nothing_stored(service: ServiceUnderTest) -> bool:
    counts = await service.rows(
        "select (select count(*) from payment) + (select count(*) from match) as stored, "
        "(select count(*) from outbox) as emitted, (select count(*) from idempotency) as keys"
    )
    return dict(counts[0]) == {"stored": 0, "emitted": 0, "keys": 0}


async def _payments(start: StartService) -> ServiceUnderTest:
    service: ServiceUnderTest = await start("payments")
    await service.receives(a_client(), other_client(), a_claim(1))
    return service


@pytest.mark.parametrize(
    ("damage", "code", "line"),
    [
        (_truncated, "missing-end", 6),
        (_wrong_sum, "control-sum", 7),
        (_wrong_order, "unexpected-record", 3),
        (_letters_for_digits, "field-digits", 3),
        (lambda _: b"", "empty-file", None),
        (lambda _: b'{"not": "a bank file"}', "record-length", 1),
        (lambda data: data.decode().encode("utf-16"), "encoding", None),
        (lambda _: b"\x00\xff" * 5000, "encoding", None),
    ],
)
async def test_a_damaged_file_is_refused_by_line_and_nothing_is_stored(
    start: StartService, damage: Callable[[bytes], bytes], code: str, line: int | None
) -> None:
    service = await _payments(start)
    headers = await service.key(CLIENT_ID)
    answer = await upload(service, headers, damage(GOOD))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "bank-file-invalid"), problem
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (code, line) in [(error["code"], error["line"]) for error in problem["errors"]]
    assert await _nothing_stored(service)
    assert not await service.broken()


async def test_a_rejected_file_is_listed_with_its_reason_in_the_requested_language(start: StartService) -> None:
    service = await _payments(start)
    headers = await service.key(CLIENT_ID)
    await upload(service, headers, _wrong_sum(GOOD))
    await upload(service, headers, _wrong_sum(GOOD))
    norwegian = (await service.http.get("/v1/bank-files", headers=headers)).json()["items"]
    english = (await service.http.get("/v1/bank-files", headers={**headers, "Accept-Language": "en"})).json()["items"]
    assert [file["state"] for file in norwegian] == ["rejected"]
    assert norwegian[0]["rejection"]["problems"][0]["message"].startswith("Sluttrecorden oppgir 25001 øre")
    assert english[0]["rejection"]["problems"][0]["message"].startswith("The end record states 25001 øre")
    assert (await upload(service, headers, GOOD)).status_code == 201


async def test_a_file_with_another_clients_account_is_refused_naming_line_and_account(start: StartService) -> None:
    service = await _payments(start)
    data = a_bank_file((ACCOUNT, [pays(1)]), (OTHER_ACCOUNT, [pays(2)]))
    answer = await upload(service, {**await service.key(CLIENT_ID), "Accept-Language": "en"}, data)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["line"], error["field"], error["code"]) == (6, "account", "account-not-yours")
    assert OTHER_ACCOUNT in error["message"]
    assert await _nothing_stored(service)


async def test_an_account_that_two_clients_use_belongs_to_neither(start: StartService) -> None:
    service = await _payments(start)
    await service.receives(a_client(OTHER_CLIENT_ID, ACCOUNT, version=2))
    answer = await upload(service, await service.key(None, "bureau"), a_bank_file(pays(1)))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "account-not-yours")


async def test_an_empty_file_is_accepted_only_when_a_client_is_named(start: StartService) -> None:
    service = await _payments(start)
    empty = write(OcrFile("00008080", "0000009", "00010200", PAID_ON, ()))
    bureau = await service.key(None, "bureau")
    answer = await upload(service, bureau, empty)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "no-account")
    named = await upload(service, {**bureau, "Faktura-Client": str(CLIENT_ID)}, empty)
    assert (named.status_code, named.json()["payments"]) == (201, 0)
    assert not await service.broken()


@pytest.mark.parametrize(("days", "code"), [(-401, "settlement-date-old"), (14, "settlement-date-ahead")])
async def test_a_settlement_date_far_from_today_is_refused(start: StartService, days: int, code: str) -> None:
    service = await _payments(start)
    misdated = pays(1, settlement_date=PAID_ON + timedelta(days=days))
    answer = await upload(service, await service.key(CLIENT_ID), a_bank_file(misdated))
    [error] = answer.json()["errors"]
    assert (error["line"], error["field"], error["code"]) == (3, "settlement_date", code)


async def test_an_old_file_is_a_question_to_a_person_who_may_accept_it(start: StartService) -> None:
    service = await _payments(start)
    headers, old = await service.key(CLIENT_ID), a_bank_file(pays(1, settlement_date=PAID_ON - timedelta(days=2000)))
    refused = await upload(service, headers, old)
    assert refused.status_code == 422
    assert "accept_old=true" in refused.json()["errors"][0]["message"]
    accepted = await upload(service, headers, old, accept_old="true")
    assert (accepted.status_code, accepted.json()["payments"]) == (201, 1), accepted.text
    assert not await service.broken()


async def test_a_wrong_media_type_a_missing_key_and_a_missing_scope_are_refused(start: StartService) -> None:
    service = await _payments(start)
    headers = await service.key(CLIENT_ID)
    as_json = await service.http.post("/v1/bank-files", json={}, headers=once(headers))
    without_key = await service.http.post(
        "/v1/bank-files", content=GOOD, headers={**headers, "Content-Type": "text/plain"}
    )
    unauthenticated = await service.http.post(
        "/v1/bank-files", content=GOOD, headers=once({"Content-Type": "text/plain"})
    )
    without_scope = await upload(service, await service.key(None, "print_shop"), GOOD)
    statuses = [answer.status_code for answer in (as_json, without_key, unauthenticated, without_scope)]
    assert statuses == [415, 400, 401, 403]
    assert await _nothing_stored(service)


async def test_a_reused_idempotency_key_is_refused_without_a_rejected_file(
    start: StartService,
) -> None:
    service = await _payments(start)
    headers = once({"Content-Type": "text/plain", **await service.key(CLIENT_ID)})
    await service.http.post("/v1/bank-files", content=GOOD, headers=headers)
    other = await service.http.post("/v1/bank-files", content=a_bank_file(pays(3), transmission=2), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert [row["state"] for row in await service.rows("select state from bank_file")] == ["imported"]
