"""A bank file that a person brings is imported only when a second person approves."""

from datetime import timedelta

import httpx2
import pytest

from shared.contracts.payments import BankFileImported
from tests.support.examples_documents import CLIENT_ID
from tests.support.examples_payments import OTHER_CLIENT_ID, a_bank_file, a_claim, a_client, other_client, pays, upload
from tests.support.service import ServiceUnderTest, StartService, once

FILE = a_bank_file(pays(1), pays(2, 20_00))
FULL = ("payments",)


@pytest.fixture
async def payments(start: StartService) -> ServiceUnderTest:
    service: ServiceUnderTest = await start("payments")
    await service.receives(a_client(), other_client(), a_claim(1))
    return service


async def decide(
    service: ServiceUnderTest, approval_id: str, headers: dict[str, str], verb: str = "approve"
) -> httpx2.Response:
    body = {"reason": "Nei."} if verb == "reject" else None
    path = f"/v1/bank-file-approvals/{approval_id}/{verb}"
    return await service.http.post(path, json=body, headers=once(headers))


async def test_a_persons_file_is_imported_when_another_approves_and_not_before(payments: ServiceUnderTest) -> None:
    answer = await upload(payments, await payments.key(CLIENT_ID, holder="Berit"), FILE)
    assert (answer.status_code, answer.json()["kind"], answer.json()["state"]) == (202, "bank_file", "waiting")
    assert (answer.json()["after"]["payments"], answer.json()["after"]["total_ore"]) == (2, 145_00)
    assert await payments.rows("select 1 from payment") == []
    controller = await payments.key(CLIENT_ID, scopes=("payments:approve", "payments:read"), holder="Kåre")
    approved = await decide(payments, answer.json()["id"], controller)
    assert approved.status_code == 200, approved.text
    file = await payments.http.get(f"/v1/bank-files/{approved.json()['result_id']}", headers=controller)
    assert (file.json()["payments"], file.json()["matched"]) == (2, 1)
    assert len(await payments.emitted(BankFileImported)) == 1
    assert not await payments.broken()


@pytest.mark.parametrize(
    ("scopes", "holder", "status"),
    [
        (("payments:import",), None, 201),
        (("payments", "payments:import"), None, 201),
        (("payments:import",), "Berit", 202),
        (FULL, "Berit", 202),
        (FULL, None, 403),
    ],
)
async def test_only_a_key_issued_to_a_program_for_importing_is_the_agreed_channel(
    payments: ServiceUnderTest, scopes: tuple[str, ...], holder: str | None, status: int
) -> None:
    answer = await upload(payments, await payments.key(CLIENT_ID, scopes=scopes, holder=holder), FILE)
    assert answer.status_code == status, answer.text
    assert (await payments.rows("select 1 from payment") == []) is (status != 201)


async def test_the_same_person_with_another_key_cannot_approve(payments: ServiceUnderTest) -> None:
    berit = await payments.key(CLIENT_ID, holder="Berit")
    approval_id = (await upload(payments, berit, FILE)).json()["id"]
    others = [berit, await payments.key(CLIENT_ID, holder="berit"), await payments.key(None, "bureau", holder="BERIT")]
    before = await payments.contents()
    for headers in others:
        answer = await decide(payments, approval_id, headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "second-person-needed")
    assert await payments.contents() == before


async def test_another_clients_approvals_are_not_found(payments: ServiceUnderTest) -> None:
    approval_id = (await upload(payments, await payments.key(CLIENT_ID, holder="Berit"), FILE)).json()["id"]
    stranger = await payments.key(OTHER_CLIENT_ID, holder="Kåre")
    assert (await decide(payments, approval_id, stranger)).json()["code"] == "approval-not-found"
    assert (await decide(payments, approval_id, stranger, "reject")).json()["code"] == "approval-not-found"
    listed = await payments.http.get("/v1/bank-file-approvals", headers=stranger)
    assert listed.json()["items"] == []
    assert (await decide(payments, approval_id, await payments.key(None, "bureau", holder="Kåre"))).status_code == 200


async def test_an_import_that_the_agreed_channel_has_overtaken_is_refused(payments: ServiceUnderTest) -> None:
    approval_id = (await upload(payments, await payments.key(CLIENT_ID, holder="Berit"), FILE)).json()["id"]
    assert (await upload(payments, await payments.key(CLIENT_ID), FILE)).status_code == 201
    answer = await decide(payments, approval_id, await payments.key(CLIENT_ID, holder="Kåre"))
    assert (answer.status_code, answer.json()["code"]) == (409, "approval-overtaken")
    assert len(await payments.rows("select 1 from payment")) == 2


async def test_a_file_that_was_imported_already_needs_no_approval_and_is_not_imported_again(
    payments: ServiceUnderTest,
) -> None:
    await upload(payments, await payments.key(CLIENT_ID), FILE)
    answer = await upload(payments, await payments.key(CLIENT_ID, holder="Berit"), FILE)
    assert (answer.status_code, answer.json()["already_imported"]) == (201, True)


async def test_a_damaged_file_is_refused_before_anybody_is_bothered(payments: ServiceUnderTest) -> None:
    answer = await upload(payments, await payments.key(CLIENT_ID, holder="Berit"), FILE[:-90])
    assert (answer.status_code, answer.json()["code"]) == (422, "bank-file-invalid")
    assert await payments.rows("select 1 from approval") == []


async def test_an_import_is_rejected_with_a_reason_or_expires(payments: ServiceUnderTest) -> None:
    berit, kaare = await payments.key(CLIENT_ID, holder="Berit"), await payments.key(CLIENT_ID, holder="Kåre")
    rejected = (await upload(payments, berit, FILE)).json()["id"]
    assert (await decide(payments, rejected, kaare, "reject")).json()["reason"] == "Nei."
    expired = (await upload(payments, berit, FILE)).json()["id"]
    payments.clock.advance(timedelta(days=7))
    codes = [(await decide(payments, approval_id, kaare)).json()["code"] for approval_id in (rejected, expired)]
    assert codes == ["approval-decided", "approval-expired"]
    assert await payments.rows("select 1 from payment") == []
    assert not await payments.broken()
