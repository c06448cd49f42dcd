"""Wrong input gets a clear answer with what, where and why; never a 500, and nothing is half done."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx2
import pytest

from dev.local.calls import post
from dev.local.seed import CLIENT, CUSTOMERS, register_client
from dev.playground.bank import Transfer, ocr_giro_file
from shared.ids import new_id
from tests.support.local_system import SystemUnderTest, an_invoice, start_system

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("wrong")


@pytest.fixture(scope="module")
async def system(folder: Path) -> AsyncIterator[SystemUnderTest]:
    async with start_system(folder) as running:
        await running.customer()
        yield running


def problem(answer: httpx2.Response, status: int, code: str) -> dict[str, object]:
    """The problem in the answer, checked to be one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = answer.json()
    assert body["code"] == code, body
    return body


async def test_malformed_json_is_refused_with_the_position(system: SystemUnderTest) -> None:
    headers = {"Idempotency-Key": str(new_id()), "Content-Type": "application/json"}
    answer = await system.api.post("/v1/invoices", content=b'{"customer_id": ', headers=headers)
    body = problem(answer, 400, "malformed-json")
    assert "tegn 16" in str(body["errors"])


async def test_an_unknown_field_is_named(system: SystemUnderTest) -> None:
    answer = await system.try_post("/v1/invoices", {**an_invoice(system.customers[0]), "number": 7})
    body = problem(answer, 422, "invalid-fields")
    assert "/number" in str(body["errors"])


async def test_below_zero_an_invoice_is_refused_and_at_zero_it_is_sent_posted_and_settled(
    system: SystemUnderTest,
) -> None:
    work = an_invoice(system.customers[0])["lines"][0]
    too_much, deducted = {**work, "quantity": "-2"}, {**work, "description": "A-konto", "quantity": "-1.5"}
    draft = await system.draft(system.customers[0], lines=[work, too_much])
    problem(await system.try_post(f"/v1/invoices/{draft}/issue"), 422, "total-negative")

    final = await system.issue(system.customers[0], lines=[work, deducted])

    await system.posted(final["id"])
    await system.holds()
    claim = await system.get(f"/v1/claims/{final['id']}")
    assert (claim["outstanding_ore"], claim["state"], claim["kid"]) == (0, "settled", None)
    assert (await system.get(f"/v1/invoices/{final['id']}"))["settled_on"] == final["document_date"]


async def test_an_unknown_mva_code_is_named_with_its_line(system: SystemUnderTest) -> None:
    wrong = an_invoice(system.customers[0])
    wrong["lines"][0]["mva_code"] = "99"
    answer = await system.try_post("/v1/invoices", wrong)
    assert answer.status_code == 422
    assert "/lines/0/mva_code" in answer.text
    assert "99" in answer.text


async def test_a_wrong_organisation_number_is_refused(system: SystemUnderTest) -> None:
    answer = await system.try_post("/v1/customers", {**CUSTOMERS[0], "orgnr": "123456789"})
    assert answer.status_code == 422
    assert "/orgnr" in answer.text


async def test_an_amount_with_three_decimals_is_refused_and_not_rounded(system: SystemUnderTest) -> None:
    wrong = an_invoice(system.customers[0])
    wrong["lines"] = [{"description": "Fast pris", "amount": "100.005", "mva_code": "3"}]
    answer = await system.try_post("/v1/invoices", wrong)
    assert answer.status_code == 422
    assert "/lines/0" in answer.text


async def test_another_clients_ids_are_not_found(system: SystemUnderTest) -> None:
    local = system.local
    async with local.api(local.bureau_key) as bureau, local.api(local.controller_key) as controller:
        other_client = {**CLIENT, "name": "Naboen AS", "orgnr": "974760673", "bank_account": "12345678903"}
        _id, key = await register_client(bureau, controller, other_client)
    invoice = await system.issue(system.customers[0])
    await system.posted(invoice["id"])
    async with system.local.api(key) as other_api:
        for path in (
            f"/v1/customers/{system.customers[0]}",
            f"/v1/invoices/{invoice['id']}",
            f"/v1/renderings/{invoice['id']}/pdf",
            f"/v1/claims/{invoice['id']}",
            f"/v1/customers/{system.customers[0]}/account",
        ):
            assert (await other_api.get(path)).status_code == 404, path
        credit = f"/v1/invoices/{invoice['id']}/credit"
        answer = await other_api.post(credit, headers={"Idempotency-Key": "x1"}, json={})
        assert answer.status_code == 404
        assert (await other_api.get("/v1/ledger/entries", params={"document_id": invoice["id"]})).json()["items"] == []


async def _send(system: SystemUnderTest, content: bytes) -> httpx2.Response:
    headers = {"Idempotency-Key": str(new_id()), "Content-Type": "text/plain"}
    return await system.api.post("/v1/bank-files", content=content, headers=headers)


def _file(payments: int = 3, transmission: int = 1) -> bytes:
    transfers = [Transfer(CLIENT["bank_account"], "0000000000000018", 100 + number) for number in range(payments)]
    return ocr_giro_file(transfers, date(2026, 9, 11), transmission)


async def _nothing_was_imported(system: SystemUnderTest) -> None:
    assert (await system.get("/v1/payments"))["items"] == []


async def test_a_truncated_bank_file_names_what_is_missing(system: SystemUnderTest) -> None:
    answer = await _send(system, b"\n".join(_file().splitlines()[:-2]) + b"\n")
    assert answer.status_code == 422
    assert "line" in answer.text
    await _nothing_was_imported(system)


async def test_a_wrong_control_sum_is_named_by_line_and_field(system: SystemUnderTest) -> None:
    lines = _file().splitlines()
    lines[-2] = lines[-2][:24] + b"00000000000000999" + lines[-2][41:]
    answer = await _send(system, b"\n".join(lines) + b"\n")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["line"] == len(lines) - 1
    await _nothing_was_imported(system)


async def test_something_else_than_a_bank_file_is_refused(system: SystemUnderTest) -> None:
    for content in (b"", b"%PDF-1.7 not a bank file", b"\xff\xfe\x00", b"NY" * 40):
        answer = await _send(system, content)
        assert answer.status_code in (400, 422), answer.text
    await _nothing_was_imported(system)


@pytest.mark.slow
@pytest.mark.parametrize("payments", [10_000, pytest.param(100_000, marks=pytest.mark.soak)])
async def test_a_large_file_is_imported_in_full(system: SystemUnderTest, payments: int) -> None:
    file = _file(payments=payments, transmission=payments)
    answer = await _send(system, file)
    assert answer.status_code == 201, answer.text
    assert answer.json()["payments"] == payments
    again = await _send(system, file)
    assert again.json()["already_imported"] is True


async def test_wrong_paths_methods_and_types_are_problems_too(system: SystemUnderTest) -> None:
    problem(await system.api.get("/v1/nothing"), 404, "not-found")
    problem(await system.api.patch("/v1/mva-codes"), 405, "method-not-allowed")
    headers = {"Idempotency-Key": str(new_id()), "Content-Type": "application/xml"}
    problem(await system.api.post("/v1/invoices", content=b"<x/>", headers=headers), 415, "unsupported-media-type")
    problem(await system.api.get(f"/v1/invoices/{new_id()}"), 404, "document-not-found")
    problem(await system.api.get("/v1/invoices", params={"after": "%%%"}), 400, "invalid-cursor")


async def test_a_wrong_key_and_a_key_without_the_scope_are_refused(system: SystemUnderTest) -> None:
    async with system.local.api("fs_test_wrong") as stranger_api:
        problem(await stranger_api.get("/v1/invoices"), 401, "unknown-key")
    problem(await system.try_post("/v1/clients", CLIENT), 403, "missing-scope")


async def test_every_invariant_holds_after_all_refusals(system: SystemUnderTest) -> None:
    await system.holds()
    async with system.local.api(system.local.bureau_key) as bureau:
        with pytest.raises(RuntimeError, match="409"):
            await post(bureau, "/v1/clients", CLIENT)
