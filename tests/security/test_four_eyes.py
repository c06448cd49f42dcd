"""A client's bank account and the keys that could get around it change only when a second person approves."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy.exc import DBAPIError

from shared.contracts.customers import ApiKeyChanged, ClientChanged
from shared.ids import new_id
from tests.support.examples_customers import (
    ACCOUNTS,
    ORGNRS,
    Headers,
    approved_key,
    bureau_headers,
    client_body,
    registered_client,
)
from tests.support.service import ServiceUnderTest, StartService, once

OLD, NEW, THIRD = (ACCOUNTS[ORGNRS[number]] for number in (0, 3, 4))
WAITING = 'faktura_attention{kind="waiting approval",service="customers"}'


FORGED = """
    insert into approval
    select gen_random_uuid(), client_id, kind, before, after, sealed, requested_key_id, requested_holder,
      requested_root, requested_at, expires_at, state, decided_key_id, decided_holder,
      decided_root, decided_at, reason, result_id
    from approval where state = 'approved' limit 1
"""
"""An approval that nobody gave."""


@dataclass
class Bureau:
    """`asker` and `controller` are the headers of two persons, `same` those of another key of the first, and `nobody`
    those of a key that no person holds."""

    service: ServiceUnderTest
    client_id: UUID
    asker: Headers
    controller: Headers
    same: Headers
    nobody: Headers

    async def change(self, headers: Headers | None = None, version: int = 1, **fields: Any) -> httpx2.Response:
        match = {**(headers or self.asker), "If-Match": f'"{version}"'}
        path = f"/v1/clients/{self.client_id}"
        return await self.service.http.put(path, json=client_body(**fields), headers=match)

    async def decide(self, approval_id: str, headers: Headers, verb: str = "approve") -> httpx2.Response:
        body = {"reason": "Nei."} if verb == "reject" else None
        return await self.service.http.post(f"/v1/approvals/{approval_id}/{verb}", json=body, headers=once(headers))

    async def account(self) -> str:
        [row] = await self.service.rows("select bank_account from client where client_id = :id", id=self.client_id)
        return str(row["bank_account"])

    async def waiting(self) -> str:
        """A change of account that waits; its id."""
        answer = await self.change(bank_account=NEW)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])


@pytest.fixture
async def bureau(start: StartService) -> Bureau:
    service = await start("customers")
    asker = await bureau_headers(service)
    client_id = await registered_client(service, asker)
    controller = await bureau_headers(service, "Kontrollør", "Kåre")
    same = await bureau_headers(service, "Berits andre", "berit ")
    return Bureau(service, client_id, asker, controller, same, await bureau_headers(service, "Program", None))


def refused(answer: httpx2.Response, status: int, code: str) -> bool:
    return (answer.status_code, answer.json()["code"]) == (status, code)


async def test_an_account_changes_when_a_second_person_approves_and_not_before(bureau: Bureau) -> None:
    answer = await bureau.change(bank_account=NEW)
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert (answer.json()["before"]["bank_account"], answer.json()["after"]["bank_account"]) == (OLD, NEW)
    assert await bureau.account() == OLD
    assert len(await bureau.service.emitted(ClientChanged)) == 1
    approved = (await bureau.decide(answer.json()["id"], bureau.controller)).json()
    assert (approved["state"], approved["decided_by"]["holder"]) == ("approved", "Kåre")
    assert (approved["requested_by"]["holder"], approved["result_id"]) == ("Berit", str(bureau.client_id))
    assert await bureau.account() == NEW
    assert [event.bank_account for event in await bureau.service.emitted(ClientChanged)] == [OLD, NEW]
    assert await bureau.service.broken() == {}


@pytest.mark.parametrize(
    ("who", "code"),
    [("asker", "second-person-needed"), ("same", "second-person-needed"), ("nobody", "key-without-holder")],
)
async def test_the_same_key_the_same_person_and_a_key_of_nobody_cannot_approve(
    bureau: Bureau, who: str, code: str
) -> None:
    approval_id = await bureau.waiting()
    before = await bureau.service.contents()
    assert refused(await bureau.decide(approval_id, getattr(bureau, who)), 403, code)
    assert await bureau.service.contents() == before
    assert await bureau.account() == OLD


async def test_a_key_that_no_person_holds_cannot_request_a_change(bureau: Bureau) -> None:
    before = await bureau.service.contents()
    assert refused(await bureau.change(bureau.nobody, bank_account=NEW), 403, "key-without-holder")
    assert await bureau.service.contents() == before


async def test_a_change_of_account_takes_nothing_else_along(bureau: Bureau) -> None:
    answer = await bureau.change(bank_account=NEW, name="Et annet navn AS")
    assert refused(answer, 409, "account-changed-alone")
    assert "name" in answer.json()["detail"]
    assert (await bureau.change(name="Et annet navn AS")).status_code == 200


async def test_the_kid_agreement_and_the_bic_change_with_the_account(bureau: Bureau) -> None:
    answer = await bureau.change(bank_account=NEW, kid={"algorithm": "MOD11", "length": 20}, bic="DNBANOKK")
    assert (await bureau.decide(answer.json()["id"], bureau.controller)).status_code == 200
    last = (await bureau.service.emitted(ClientChanged))[-1]
    assert (last.kid.algorithm, last.kid.length, last.bic, last.version) == ("MOD11", 20, "DNBANOKK", 2)


async def test_other_changes_meanwhile_do_not_overtake_a_change_of_account(bureau: Bureau) -> None:
    approval_id = await bureau.waiting()
    assert (await bureau.change(name="Et annet navn AS")).status_code == 200
    assert (await bureau.decide(approval_id, bureau.controller)).status_code == 200
    last = (await bureau.service.emitted(ClientChanged))[-1]
    assert (last.bank_account, last.name, last.version) == (NEW, "Et annet navn AS", 3)


async def test_an_approval_that_another_has_overtaken_is_refused(bureau: Bureau) -> None:
    overtaken = await bureau.waiting()
    other = (await bureau.change(bank_account=THIRD)).json()["id"]
    assert (await bureau.decide(other, bureau.controller)).status_code == 200
    assert refused(await bureau.decide(overtaken, bureau.controller), 409, "approval-overtaken")
    assert await bureau.account() == THIRD


async def test_an_account_that_was_taken_meanwhile_is_refused(bureau: Bureau) -> None:
    approval_id = await bureau.waiting()
    await registered_client(bureau.service, bureau.asker, orgnr=ORGNRS[3])
    assert refused(await bureau.decide(approval_id, bureau.controller), 409, "bank-account-in-use")
    assert await bureau.account() == OLD


async def test_an_approval_is_decided_once(bureau: Bureau) -> None:
    approval_id = await bureau.waiting()
    assert (await bureau.decide(approval_id, bureau.controller, "reject")).json()["state"] == "rejected"
    for verb in ("approve", "reject"):
        assert refused(await bureau.decide(approval_id, bureau.controller, verb), 409, "approval-decided")
    assert await bureau.account() == OLD


async def test_what_a_key_requested_cannot_be_approved_once_the_key_is_revoked(bureau: Bureau) -> None:
    approval_id = await bureau.waiting()
    [key] = await bureau.service.rows("select key_id from issued_key where label = 'Byrået'")
    revoked = await bureau.service.http.delete(f"/v1/api-keys/{key['key_id']}", headers=bureau.controller)
    assert revoked.status_code == 204
    assert refused(await bureau.decide(approval_id, bureau.controller), 409, "requester-revoked")
    assert await bureau.account() == OLD


async def test_an_approval_expires(bureau: Bureau) -> None:
    approval_id = await bureau.waiting()
    bureau.service.clock.advance(timedelta(days=7))
    assert refused(await bureau.decide(approval_id, bureau.controller), 409, "approval-expired")
    shown = await bureau.service.http.get(f"/v1/approvals/{approval_id}", headers=bureau.asker)
    assert shown.json()["state"] == "expired"


async def test_a_wrong_account_is_corrected_by_a_new_change_and_the_history_stays(bureau: Bureau) -> None:
    assert (await bureau.decide(await bureau.waiting(), bureau.controller)).status_code == 200
    back = await bureau.change(version=2, bank_account=OLD)
    bureau.service.clock.advance(timedelta(minutes=1))
    assert (await bureau.decide(back.json()["id"], bureau.controller)).status_code == 200
    assert await bureau.account() == OLD
    listed = (await bureau.service.http.get("/v1/approvals?state=approved", headers=bureau.asker)).json()["items"]
    assert [item["after"]["bank_account"] for item in listed] == [NEW, OLD]
    assert await bureau.service.broken() == {}


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ("update client set bank_account = '86011100033'", "only when a second person has approved"),
        ("update approval set state = 'waiting', decided_at = null", "decided once and never changed"),
        ("update approval set decided_holder = 'Berit'", "decided once and never changed"),
        ("delete from approval", "decided once and never changed"),
        (FORGED, "decided once and never changed"),
    ],
)
async def test_the_database_itself_refuses_what_was_not_approved_and_a_change_of_the_history(
    bureau: Bureau, damage: str, reason: str
) -> None:
    answer = await bureau.change(bank_account=THIRD)
    await bureau.decide(answer.json()["id"], bureau.controller)
    with pytest.raises(DBAPIError, match=reason):
        await bureau.service.rows(damage)
    assert await bureau.account() == THIRD


@pytest.mark.parametrize(
    ("client_key", "body"),
    [
        (False, {"kind": "bureau", "label": "Ny"}),
        (False, {"kind": "print_shop", "label": "Ny", "holder": "Ola"}),
        (True, {"label": "Ny", "holder": "Ola"}),
        (True, {"label": "Ny", "scopes": ["payments:import"]}),
    ],
)
async def test_a_key_that_could_stand_in_for_a_second_person_works_only_when_one_approves(
    bureau: Bureau, client_key: bool, body: dict[str, Any]
) -> None:
    path = f"/v1/clients/{bureau.client_id}/api-keys" if client_key else "/v1/api-keys"
    assert refused(
        await bureau.service.http.post(path, json=body, headers=once(bureau.nobody)), 403, "key-without-holder"
    )
    keys_before = await bureau.service.rows("select key_id from issued_key")
    requested = (await bureau.service.http.post(path, json=body, headers=once(bureau.asker))).json()
    assert await bureau.service.rows("select key_id from issued_key") == keys_before
    secret = {"Authorization": f"Bearer {requested['secret']}"}
    assert (await bureau.service.http.get("/v1/client", headers=secret)).status_code == 401
    assert refused(await bureau.decide(requested["id"], bureau.same), 403, "second-person-needed")
    approved = (await bureau.decide(requested["id"], bureau.controller)).json()
    assert (await bureau.service.http.get("/v1/client", headers=secret)).status_code != 401
    last = (await bureau.service.emitted(ApiKeyChanged))[-1]
    assert (str(last.key_id), last.holder) == (approved["result_id"], body.get("holder"))
    assert await bureau.service.broken() == {}


async def test_the_secret_of_a_requested_key_is_shown_once_and_to_the_one_who_requested_it(bureau: Bureau) -> None:
    body, headers = {"kind": "bureau", "label": "Ny"}, once(bureau.asker)
    first = (await bureau.service.http.post("/v1/api-keys", json=body, headers=headers)).json()
    again = (await bureau.service.http.post("/v1/api-keys", json=body, headers=headers)).json()
    assert (again["id"], again["secret"]) == (first["id"], None)
    seen = await bureau.service.http.get("/v1/approvals", headers=bureau.controller)
    assert first["secret"] not in seen.text
    assert "secret_sha256" not in seen.text
    rows = await bureau.service.rows("select approval::text as text from approval")
    assert first["secret"] not in rows[0]["text"]


async def test_a_key_with_only_the_part_for_approving_approves_and_changes_nothing_itself(bureau: Bureau) -> None:
    body = {"kind": "bureau", "label": "Kontroll", "holder": "Ola", "scopes": ["bureau:read", "bureau:approve"]}
    issued = await approved_key(bureau.service, bureau.asker, body)
    approver = {"Authorization": f"Bearer {issued['secret']}"}
    assert refused(await bureau.change(approver, bank_account=NEW), 403, "missing-scope")
    answer = await bureau.change(bureau.controller, bank_account=NEW)
    assert (await bureau.decide(answer.json()["id"], approver)).status_code == 200


async def test_a_client_cannot_be_registered_twice_to_get_around_it_and_unknown_approvals_are_not_found(
    bureau: Bureau,
) -> None:
    again = await bureau.service.http.post(
        "/v1/clients", json=client_body(bank_account=NEW), headers=once(bureau.asker)
    )
    assert refused(again, 409, "client-exists")
    assert refused(await bureau.decide(str(new_id()), bureau.controller), 404, "approval-not-found")


async def test_what_waits_is_a_metric_until_it_is_decided_or_expires(bureau: Bureau) -> None:
    approval_id = await bureau.waiting()
    assert await bureau.service.metric(WAITING) == 1
    await bureau.decide(approval_id, bureau.controller)
    assert await bureau.service.metric(WAITING) == 0
    await bureau.change(version=2, bank_account=THIRD)
    bureau.service.clock.advance(timedelta(days=7))
    assert await bureau.service.metric(WAITING) == 0


async def _key_requested_for(bureau: Bureau, holder: str, asker: Headers) -> Headers:
    """A key that the controller has approved in good faith; whoever asked for it saw its secret."""
    body = {"kind": "bureau", "label": "Ny", "holder": holder}
    answer = await bureau.service.http.post("/v1/api-keys", json=body, headers=once(asker))
    assert (await bureau.decide(answer.json()["id"], bureau.controller)).status_code == 200
    return {"Authorization": f"Bearer {answer.json()['secret']}"}


@pytest.mark.parametrize("holder", ["Kåre", "Ola", "Веrit"])
async def test_a_key_that_a_person_asked_for_never_approves_what_that_person_asks_for(
    bureau: Bureau, holder: str
) -> None:
    second = await _key_requested_for(bureau, holder, bureau.asker)
    third = await _key_requested_for(bureau, "Pål", second) if holder != "Kåre" else second
    for key in (second, third):
        approval_id = await bureau.waiting()
        assert refused(await bureau.decide(approval_id, key), 403, "second-person-needed")
    assert await bureau.account() == OLD
    assert await bureau.service.broken() == {}


async def test_a_new_colleague_approves_what_others_than_the_introducer_ask_for(bureau: Bureau) -> None:
    colleague = await _key_requested_for(bureau, "Ola", bureau.asker)
    answer = await bureau.change(bureau.controller, bank_account=NEW)
    assert (await bureau.decide(answer.json()["id"], colleague)).status_code == 200
    assert await bureau.account() == NEW
