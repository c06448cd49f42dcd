"""Lists and single resources of a client."""

from tests.support.examples_documents import CLIENT_ID, CUSTOMER_ID
from tests.support.examples_payments import (
    OTHER_CLIENT_ID,
    a_bank_file,
    a_claim,
    a_client,
    other_client,
    pays,
    upload,
)
from tests.support.service import ServiceUnderTest, StartService


async def _with_payments(start: StartService) -> ServiceUnderTest:
    """Claims 1 to 3 of 125 kr; 1 is paid, 2 in part, and 9 is unknown."""
    service: ServiceUnderTest = await start("payments")
    await service.receives(a_client(), other_client(), *(a_claim(number) for number in (1, 2, 3)))
    await upload(service, await service.key(CLIENT_ID), a_bank_file(pays(1), pays(2, 25_00), pays(9, 5_00)))
    return service


async def test_payments_are_listed_by_state_with_what_they_pay(start: StartService) -> None:
    service = await _with_payments(start)
    headers = await service.key(CLIENT_ID)
    unmatched = (await service.http.get("/v1/payments?state=unmatched", headers=headers)).json()["items"]
    matched = (await service.http.get("/v1/payments?state=matched", headers=headers)).json()["items"]
    assert [(payment["reason"], payment["amount_ore"], payment["document_id"]) for payment in unmatched] == [
        ("unknown_kid", 5_00, None)
    ]
    assert [(payment["kind"], payment["remaining_ore"]) for payment in matched] == [("exact", 0), ("partial", 100_00)]
    answer = await service.http.get(f"/v1/payments/{matched[1]['id']}", headers=headers)
    assert answer.json() == matched[1]


async def test_lists_are_read_page_by_page(start: StartService) -> None:
    service = await _with_payments(start)
    headers = await service.key(CLIENT_ID)
    for path in ("/v1/payments", "/v1/claims"):
        first = (await service.http.get(f"{path}?limit=2", headers=headers)).json()
        second = (await service.http.get(f"{path}?limit=2&after={first['next']}", headers=headers)).json()
        assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)


async def test_claims_are_listed_by_state_and_customer(start: StartService) -> None:
    service = await _with_payments(start)
    headers = await service.key(CLIENT_ID)
    open_claims = (await service.http.get("/v1/claims?state=open", headers=headers)).json()["items"]
    settled = (await service.http.get("/v1/claims?state=settled", headers=headers)).json()["items"]
    of_customer = (await service.http.get(f"/v1/claims?customer_id={CUSTOMER_ID}", headers=headers)).json()["items"]
    assert [(claim["number"], claim["outstanding_ore"]) for claim in open_claims] == [(2, 100_00), (3, 125_00)]
    assert [claim["number"] for claim in settled] == [1]
    assert len(of_customer) == 3
    answer = await service.http.get(f"/v1/claims/{settled[0]['document_id']}", headers=headers)
    assert answer.json() == settled[0]


async def test_resources_of_another_client_are_not_found(start: StartService) -> None:
    service = await _with_payments(start)
    other_key = await service.key(OTHER_CLIENT_ID)
    rows = await service.rows(
        "select 'bank-files/' || id as path, 'bank-file-not-found' as code from bank_file "
        "union select 'claims/' || document_id, 'claim-not-found' from claim "
        "union select 'payments/' || id, 'payment-not-found' from payment"
    )
    assert len(rows) == 1 + 3 + 3
    for row in rows:
        answer = await service.http.get(f"/v1/{row['path']}", headers=other_key)
        assert (answer.status_code, answer.json()["code"]) == (404, row["code"]), row["path"]
    for path in ("bank-files", "claims", "payments"):
        assert (await service.http.get(f"/v1/{path}", headers=other_key)).json() == {"items": [], "next": None}


async def test_invalid_parameters_are_refused(start: StartService) -> None:
    service = await _with_payments(start)
    headers = await service.key(CLIENT_ID)
    for path, status in (
        ("payments?state=lost", 422),
        ("payments?after=%F0%9F", 400),
        ("payments/not-an-id", 422),
        ("claims?customer_id=7", 422),
        ("claims?limit=0", 422),
    ):
        assert (await service.http.get(f"/v1/{path}", headers=headers)).status_code == status, path
