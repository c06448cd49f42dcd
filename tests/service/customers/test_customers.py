"""Customers over HTTP: numbered without gaps, private to their client, changed only from the current version."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.customers import CustomerChanged
from tests.service.customers.conftest import CustomersUnderTest
from tests.support.examples_customers import (
    Headers,
    client_body,
    client_headers,
    customer_body,
    registered_client,
)
from tests.support.service import once


async def register(customers: CustomersUnderTest, headers: Headers | None = None, **overrides: Any) -> dict[str, Any]:
    body = customer_body(**overrides)
    answer = await customers.service.http.post("/v1/customers", json=body, headers=once(headers or customers.client))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def refused(customers: CustomersUnderTest, **overrides: Any) -> tuple[int, str]:
    answer = await customers.service.http.post(
        "/v1/customers", json=customer_body(**overrides), headers=once(customers.client)
    )
    return answer.status_code, answer.json()["code"]


async def another_client(customers: CustomersUnderTest) -> tuple[UUID, Headers]:
    client_id = await registered_client(customers.service, customers.bureau, orgnr="910562223")
    return client_id, await client_headers(customers.service, customers.bureau, client_id)


async def test_a_registered_customer_is_answered_published_and_stored(customers: CustomersUnderTest) -> None:
    customer = await register(customers, external_id="k-1")
    shown = await customers.service.http.get(f"/v1/customers/{customer['id']}", headers=customers.client)
    assert (shown.json(), shown.headers["ETag"]) == (customer, '"1"')
    assert (customer["customer_number"], customer["payment_terms_days"], customer["language"]) == (1, 14, "nb")
    event = (await customers.service.emitted(CustomerChanged))[0]
    assert (event.client_id, event.channels, event.version) == (customers.client_id, ("email", "print"), 1)


async def test_numbers_have_no_gaps_under_concurrency_and_after_refusals(customers: CustomersUnderTest) -> None:
    _, other = await another_client(customers)
    await register(customers, external_id="same")
    await asyncio.gather(
        *(register(customers) for _ in range(8)), register(customers, other), refused(customers, external_id="same")
    )
    rows = await customers.service.rows(
        "select customer_number from customer where client_id = :c order by 1", c=customers.client_id
    )
    assert [row["customer_number"] for row in rows] == list(range(1, 10))
    assert await customers.service.broken() == {}


async def test_the_counter_skips_numbers_that_customers_bring_along(customers: CustomersUnderTest) -> None:
    for number in (1, 2, 4, 700):
        await register(customers, customer_number=number)
    counted = [(await register(customers))["customer_number"] for _ in range(3)]
    assert counted == [3, 5, 6]
    assert await refused(customers, customer_number=5) == (409, "customer-number-taken")
    assert await customers.service.broken() == {}


async def test_neither_a_new_number_nor_a_new_kid_length_may_break_the_kid(customers: CustomersUnderTest) -> None:
    await register(customers, customer_number=1234567)
    assert await refused(customers, customer_number=12345678) == (409, "customer-number-does-not-fit-kid")
    shorter = client_body(kid={"algorithm": "MOD10", "length": 10})
    headers = customers.bureau | {"If-Match": '"1"'}
    answer = await customers.service.http.put(f"/v1/clients/{customers.client_id}", json=shorter, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "customer-number-does-not-fit-kid")
    assert answer.json()["errors"][0]["pointer"] == "/kid/length"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"orgnr": "974760674"}, "orgnr-invalid"),
        ({"is_business": False}, "orgnr-of-person"),
        ({"email": None}, "email-missing"),
        ({"email": "kari@"}, "email-invalid"),
        ({"email": "kåre@fjord.no"}, "email-invalid"),
        ({"email": "a@b.no\r\nBcc: x@y.no"}, "text-control-character"),
        ({"name": "=?UTF-8?Q?=0A?=Bcc: x@y.no"}, "text-control-character"),
        ({"name": " \u200b "}, "text-missing"),
        ({"channels": []}, "channels-missing"),
        ({"channels": ["email", "email"]}, "duplicate-channel"),
        ({"channels": ["fax"]}, "invalid-fields"),
        ({"payment_terms_days": 181}, "invalid-fields"),
        ({"customer_number": 0}, "invalid-fields"),
        ({"name": "x" * 121}, "invalid-fields"),
        ({"client_id": str(uuid4())}, "invalid-fields"),
        ({"address": {"postal_code": "60022", "city": "ÅLESUND"}}, "postal-code-invalid"),
        ({"address": {"postal_code": "6002", "city": "ÅLESUND", "country": "XX"}}, "country-unknown"),
    ],
)
async def test_an_invalid_customer_is_refused_and_takes_no_number(
    customers: CustomersUnderTest, wrong: dict[str, Any], code: str
) -> None:
    assert await refused(customers, **wrong) == (422, code)
    assert (await register(customers))["customer_number"] == 1


async def test_an_external_id_is_unique_per_client_and_the_refusal_names_the_first(
    customers: CustomersUnderTest,
) -> None:
    _, other = await another_client(customers)
    first = await register(customers, external_id="k-1")
    await register(customers, other, external_id="k-1")
    answer = await customers.service.http.post(
        "/v1/customers", json=customer_body(external_id="k-1"), headers=once(customers.client)
    )
    assert answer.status_code == 409
    assert f"/v1/customers/{first['id']}" in answer.json()["detail"]


async def test_another_clients_customer_is_not_found(customers: CustomersUnderTest) -> None:
    _, other = await another_client(customers)
    customer = await register(customers)
    path, headers = f"/v1/customers/{customer['id']}", other | {"If-Match": '"1"'}
    assert (await customers.service.http.get(path, headers=headers)).status_code == 404
    assert (await customers.service.http.put(path, json=customer_body(), headers=headers)).status_code == 404
    assert (await customers.service.http.get("/v1/customers", headers=other)).json()["items"] == []


async def test_a_bureau_key_works_for_an_existing_client_that_it_names(customers: CustomersUnderTest) -> None:
    named = customers.bureau | {"Faktura-Client": str(customers.client_id)}
    assert (await register(customers, named))["customer_number"] == 1
    unknown = once(customers.bureau | {"Faktura-Client": str(uuid4())})
    answer = await customers.service.http.post("/v1/customers", json=customer_body(), headers=unknown)
    assert (answer.status_code, answer.json()["code"]) == (404, "client-not-found")
    nobody = await customers.service.http.get("/v1/customers", headers=customers.bureau)
    assert (nobody.status_code, nobody.json()["code"]) == (400, "no-client-named")


async def test_a_change_needs_the_current_version_and_keeps_the_number(customers: CustomersUnderTest) -> None:
    path, http = f"/v1/customers/{(await register(customers))['id']}", customers.service.http
    body = customer_body(name="Ørsta Rør AS", channels=["print"], email=None, external_id="later", active=False)
    assert (await http.put(path, json=body, headers=customers.client)).status_code == 428
    assert (await http.put(path, json=body, headers=customers.client | {"If-Match": '"9"'})).status_code == 412
    changed = await http.put(path, json=body, headers=customers.client | {"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"], changed.json()["customer_number"]) == (200, '"2"', 1)
    event = (await customers.service.emitted(CustomerChanged))[-1]
    assert (event.version, event.name, event.active, event.channels) == (2, "Ørsta Rør AS", False, ("print",))


async def test_of_two_simultaneous_changes_only_one_succeeds(customers: CustomersUnderTest) -> None:
    path = f"/v1/customers/{(await register(customers))['id']}"
    headers = customers.client | {"If-Match": '"1"'}
    changes = (
        customers.service.http.put(path, json=customer_body(name=name), headers=headers) for name in ("En", "To")
    )
    assert sorted([answer.status_code for answer in await asyncio.gather(*changes)]) == [200, 412]


@pytest.mark.parametrize("changes", [{"customer_number": 9}, {"external_id": "k-2"}])
async def test_number_and_external_id_cannot_be_changed(customers: CustomersUnderTest, changes: dict[str, Any]) -> None:
    path = f"/v1/customers/{(await register(customers, external_id='k-1'))['id']}"
    headers = customers.client | {"If-Match": '"1"'}
    answer = await customers.service.http.put(path, json=customer_body(**changes), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "field-fixed")


async def test_an_external_id_added_later_must_be_free_too(customers: CustomersUnderTest) -> None:
    await register(customers, external_id="k-1")
    path = f"/v1/customers/{(await register(customers))['id']}"
    headers = customers.client | {"If-Match": '"1"'}
    answer = await customers.service.http.put(path, json=customer_body(external_id="k-1"), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "external-id-taken")


async def list_names(customers: CustomersUnderTest, query: str) -> list[str]:
    """The names on all pages, two on each."""
    names, after = [], ""
    while True:
        answer = await customers.service.http.get(f"/v1/customers?limit=2{query}{after}", headers=customers.client)
        page = answer.json()
        names += [item["name"] for item in page["items"]]
        if page["next"] is None:
            return names
        assert 'rel="next"' in answer.headers["Link"]
        after = f"&after={page['next']}"


async def test_customers_are_listed_by_registration_or_in_norwegian_order(customers: CustomersUnderTest) -> None:
    names = ["Øyvind", "Aase", "Zakarias", "Ærlend", "anders"]
    for name in names:
        await register(customers, name=name)
    assert await list_names(customers, "") == names
    assert await list_names(customers, "&sort=name") == ["anders", "Zakarias", "Ærlend", "Øyvind", "Aase"]


async def test_customers_are_found_by_the_beginning_of_the_name_or_by_external_id(
    customers: CustomersUnderTest,
) -> None:
    for name, external_id in (("Øyvind Ås", "k-1"), ("Øystein", "k-2"), ("Per_100%", None)):
        await register(customers, name=name, external_id=external_id)
    assert await list_names(customers, "&name=øy") == ["Øyvind Ås", "Øystein"]
    assert await list_names(customers, "&name=per_1") == ["Per_100%"]
    assert await list_names(customers, "&external_id=k-2") == ["Øystein"]
    assert await list_names(customers, "&external_id=k%002") == []
    assert await list_names(customers, "&name=%25") != []


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "sort=number", "after=%00", "after=abc"])
async def test_an_invalid_query_is_refused(customers: CustomersUnderTest, query: str) -> None:
    answer = await customers.service.http.get(f"/v1/customers?{query}", headers=customers.client)
    assert answer.status_code in (400, 422)


async def test_an_inactive_client_gets_no_new_customers_or_keys(customers: CustomersUnderTest) -> None:
    headers = customers.bureau | {"If-Match": '"1"'}
    change = await customers.service.http.put(
        f"/v1/clients/{customers.client_id}", json=client_body(active=False), headers=headers
    )
    assert change.json()["active"] is False
    as_client = once(customers.bureau | {"Faktura-Client": str(customers.client_id)})
    answer = await customers.service.http.post("/v1/customers", json=customer_body(), headers=as_client)
    assert (answer.status_code, answer.json()["code"]) == (409, "client-inactive")
    path = f"/v1/clients/{customers.client_id}/api-keys"
    answer = await customers.service.http.post(path, json={"label": "Ny"}, headers=once(customers.bureau))
    assert (answer.status_code, answer.json()["code"]) == (409, "client-inactive")


async def test_a_repeated_request_registers_no_second_customer(customers: CustomersUnderTest) -> None:
    headers = once(customers.client)
    first, second = [
        await customers.service.http.post("/v1/customers", json=customer_body(), headers=headers) for _ in range(2)
    ]
    assert first.json() == second.json()
    other = await customers.service.http.post("/v1/customers", json=customer_body(name="Et annet"), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert len(await customers.service.emitted(CustomerChanged)) == 1
