"""Clients over HTTP: registered and changed by the bureau, published to all services, readable by themselves."""

from uuid import uuid4

import pytest

from shared.contracts.customers import ClientChanged
from tests.service.customers.conftest import CustomersUnderTest
from tests.support.examples_customers import client_body, registered_client
from tests.support.service import once


async def test_a_registered_client_is_answered_published_and_stored(customers: CustomersUnderTest) -> None:
    body = client_body(
        orgnr="910 562 223",
        name=" Nord\u200bvik  AS",
        bank_account="8601.11.00017",
        email="post@blåbær.no",
        bic="dnba no kk",
        first_invoice_number=1000,
    )
    answer = await customers.service.http.post("/v1/clients", json=body, headers=once(customers.bureau))
    client = answer.json()
    assert answer.headers["Location"] == f"/v1/clients/{client['id']}"
    assert (client["orgnr"], client["name"], client["email"]) == ("910562223", "Nordvik AS", "post@xn--blbr-roah.no")
    shown = await customers.service.http.get(answer.headers["Location"], headers=customers.bureau)
    assert (shown.json(), shown.headers["ETag"]) == (client, '"1"')
    event = (await customers.service.emitted(ClientChanged))[-1]
    assert (client["bic"], event.bic) == ("DNBANOKK", "DNBANOKK")
    assert (event.name, event.version, event.first_invoice_number, event.active) == ("Nordvik AS", 1, 1000, True)


@pytest.mark.parametrize(("form", "given", "expected"), [("AS", None, True), ("ENK", None, False), ("ENK", True, True)])
async def test_the_legal_form_decides_about_foretaksregisteret_unless_the_bureau_does(
    customers: CustomersUnderTest, form: str, given: bool | None, expected: bool
) -> None:
    body = client_body(orgnr="910562223", legal_form=form, in_foretaksregisteret=given)
    answer = await customers.service.http.post("/v1/clients", json=body, headers=once(customers.bureau))
    assert answer.json()["in_foretaksregisteret"] is expected


async def test_the_same_organisation_number_cannot_be_registered_twice(customers: CustomersUnderTest) -> None:
    answer = await customers.service.http.post(
        "/v1/clients", json=client_body(name="Et annet"), headers=once(customers.bureau)
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "client-exists")
    assert str(customers.client_id) in answer.json()["detail"]
    assert len(await customers.service.emitted(ClientChanged)) == 1


async def test_a_clients_external_id_is_unique(customers: CustomersUnderTest) -> None:
    await registered_client(customers.service, customers.bureau, orgnr="910562223", external_id="crm-1")
    body = client_body(orgnr="310279323", external_id="crm-1")
    answer = await customers.service.http.post("/v1/clients", json=body, headers=once(customers.bureau))
    assert (answer.status_code, answer.json()["code"]) == (409, "external-id-taken")


async def test_all_faults_of_a_client_are_reported_at_once(customers: CustomersUnderTest) -> None:
    wrong = client_body(
        orgnr="974760674",
        bank_account="86011117948",
        address={"lines": [], "postal_code": "155", "city": "\u200b"},
        email="=?UTF-8?Q?=0A?=@x.no",
        bic="DEUTDEFF",
    )
    answer = await customers.service.http.post("/v1/clients", json=wrong, headers=once(customers.bureau))
    errors = {(error["pointer"], error["code"]) for error in answer.json()["errors"]}
    assert answer.status_code == 422
    assert errors == {
        ("/orgnr", "orgnr-invalid"),
        ("/bank_account", "bank-account-invalid"),
        ("/address/postal_code", "postal-code-invalid"),
        ("/address/city", "text-missing"),
        ("/email", "text-control-character"),
        ("/bic", "bic-invalid"),
    }


async def test_a_first_invoice_number_too_long_for_the_kid_is_refused(customers: CustomersUnderTest) -> None:
    body = client_body(orgnr="910562223", kid={"algorithm": "MOD11", "length": 8}, first_invoice_number=10_000)
    answer = await customers.service.http.post("/v1/clients", json=body, headers=once(customers.bureau))
    assert (answer.status_code, answer.json()["code"]) == (422, "first-number-does-not-fit-kid")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b'{"name": ', 400, "malformed-json"),
        (b'{"color": "red"}', 422, "invalid-fields"),
        (b"[]", 422, "invalid-fields"),
        (b'{"name": "\\ud800"}', 422, "invalid-fields"),
    ],
)
async def test_an_unreadable_body_gets_a_clear_answer(
    customers: CustomersUnderTest, content: bytes, status: int, code: str
) -> None:
    headers = once(customers.bureau) | {"Content-Type": "application/json"}
    answer = await customers.service.http.post("/v1/clients", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_change_needs_the_current_version(customers: CustomersUnderTest) -> None:
    path, http = f"/v1/clients/{customers.client_id}", customers.service.http
    body = client_body(name="Nytt navn AS")
    assert (await http.put(path, json=body, headers=customers.bureau)).status_code == 428
    for stale in ('"2"', '"0"', 'W/"1"', "*", "rubbish"):
        assert (await http.put(path, json=body, headers=customers.bureau | {"If-Match": stale})).status_code == 412
    changed = await http.put(path, json=body, headers=customers.bureau | {"If-Match": '"7", "1"'})
    assert (changed.status_code, changed.headers["ETag"], changed.json()["name"]) == (200, '"2"', "Nytt navn AS")
    assert [event.version for event in await customers.service.emitted(ClientChanged)] == [1, 2]


async def test_a_change_that_changes_nothing_emits_nothing(customers: CustomersUnderTest) -> None:
    path = f"/v1/clients/{customers.client_id}"
    answer = await customers.service.http.put(path, json=client_body(), headers=customers.bureau | {"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert len(await customers.service.emitted(ClientChanged)) == 1


@pytest.mark.parametrize("changes", [{"orgnr": "910562223"}, {"first_invoice_number": 500}])
async def test_fields_fixed_at_registration_cannot_be_changed(
    customers: CustomersUnderTest, changes: dict[str, object]
) -> None:
    headers = customers.bureau | {"If-Match": '"1"'}
    answer = await customers.service.http.put(
        f"/v1/clients/{customers.client_id}", json=client_body(**changes), headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "field-fixed")


async def test_the_list_of_clients_is_paged_by_cursor(customers: CustomersUnderTest) -> None:
    ids = [str(customers.client_id)]
    ids += [
        str(await registered_client(customers.service, customers.bureau, orgnr=orgnr))
        for orgnr in ("910562223", "310279323")
    ]
    first = (await customers.service.http.get("/v1/clients?limit=2", headers=customers.bureau)).json()
    rest = (
        await customers.service.http.get(f"/v1/clients?limit=2&after={first['next']}", headers=customers.bureau)
    ).json()
    assert [client["id"] for client in first["items"] + rest["items"]] == ids
    assert rest["next"] is None


async def test_a_client_reads_itself_and_the_bureau_reads_the_client_it_names(customers: CustomersUnderTest) -> None:
    http = customers.service.http
    own = await http.get("/v1/client", headers=customers.client)
    named = await http.get("/v1/client", headers=customers.bureau | {"Faktura-Client": str(customers.client_id)})
    assert own.json() == named.json()
    assert own.json()["id"] == str(customers.client_id)
    assert (await http.get("/v1/client", headers=customers.bureau)).json()["code"] == "no-client-named"


async def test_the_bureau_can_register_a_client_while_naming_another(customers: CustomersUnderTest) -> None:
    headers = once(customers.bureau) | {"Faktura-Client": str(customers.client_id)}
    answer = await customers.service.http.post("/v1/clients", json=client_body(orgnr="910562223"), headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/clients"),
        ("GET", "/v1/clients"),
        ("GET", "/v1/clients/{id}"),
        ("PUT", "/v1/clients/{id}"),
        ("PUT", "/v1/clients/{id}/logo"),
        ("DELETE", "/v1/clients/{id}/logo"),
        ("POST", "/v1/clients/{id}/api-keys"),
        ("GET", "/v1/clients/{id}/api-keys"),
        ("DELETE", "/v1/clients/{id}/api-keys/{id}"),
        ("POST", "/v1/api-keys"),
        ("GET", "/v1/api-keys"),
        ("DELETE", "/v1/api-keys/{id}"),
    ],
)
async def test_a_clients_key_has_no_access_to_the_bureaus_paths(
    customers: CustomersUnderTest, method: str, path: str
) -> None:
    target = path.format(id=customers.client_id)
    for headers, status in ((customers.client, 403), ({}, 401)):
        assert (await customers.service.http.request(method, target, headers=headers)).status_code == status


async def test_an_unknown_client_answers_404(customers: CustomersUnderTest) -> None:
    path, headers = f"/v1/clients/{uuid4()}", customers.bureau | {"If-Match": '"1"'}
    assert (await customers.service.http.get(path, headers=headers)).status_code == 404
    assert (await customers.service.http.put(path, json=client_body(), headers=headers)).status_code == 404
    assert (await customers.service.http.get(f"{path}/api-keys", headers=headers)).status_code == 404


async def test_a_repeated_request_registers_no_second_client(customers: CustomersUnderTest) -> None:
    headers = once(customers.bureau)
    answers = [
        await customers.service.http.post("/v1/clients", json=client_body(orgnr="910562223"), headers=headers)
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert len(await customers.service.emitted(ClientChanged)) == 2


async def test_the_invariants_hold_and_detect_a_version_that_was_not_emitted(customers: CustomersUnderTest) -> None:
    assert await customers.service.broken() == {}
    await customers.service.rows("update client set version = 7")
    assert list(await customers.service.broken()) == ["client-versions-are-emitted"]
