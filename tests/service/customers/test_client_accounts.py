"""A bank account is in use by one active client only; otherwise nobody could tell whose its payments are."""

import asyncio
from typing import Any
from uuid import UUID

import httpx2

from shared.contracts.customers import ClientChanged
from tests.service.customers.conftest import CustomersUnderTest
from tests.support.examples_customers import ACCOUNTS, ORGNRS, client_body, registered_client
from tests.support.service import once

TAKEN = ACCOUNTS[ORGNRS[0]]


async def change(customers: CustomersUnderTest, client_id: UUID, version: int, **fields: Any) -> httpx2.Response:
    headers = customers.bureau | {"If-Match": f'"{version}"'}
    return await customers.service.http.put(f"/v1/clients/{client_id}", json=client_body(**fields), headers=headers)


def assert_in_use(customers: CustomersUnderTest, answer: httpx2.Response) -> None:
    """The problem points to the field, and does not tell whose account it is."""
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "bank-account-in-use")
    assert problem["errors"][0]["pointer"] == "/bank_account"
    assert str(customers.client_id) not in answer.text
    assert ORGNRS[0] not in answer.text


async def test_a_client_cannot_be_registered_with_another_clients_account(customers: CustomersUnderTest) -> None:
    body = client_body(orgnr=ORGNRS[1], bank_account="8601.11.17947")
    answer = await customers.service.http.post("/v1/clients", json=body, headers=once(customers.bureau))
    assert_in_use(customers, answer)
    assert len(await customers.service.emitted(ClientChanged)) == 1


async def test_a_client_cannot_change_to_another_clients_account(customers: CustomersUnderTest) -> None:
    other = await registered_client(customers.service, customers.bureau, orgnr=ORGNRS[1])
    assert_in_use(customers, await change(customers, other, 1, orgnr=ORGNRS[1], bank_account=TAKEN))
    assert len(await customers.service.emitted(ClientChanged)) == 2
    assert await customers.service.broken() == {}


async def test_an_account_is_free_when_its_client_is_inactive_and_taken_when_it_returns(
    customers: CustomersUnderTest,
) -> None:
    assert (await change(customers, customers.client_id, 1, active=False)).status_code == 200
    other = await registered_client(customers.service, customers.bureau, orgnr=ORGNRS[1], bank_account=TAKEN)
    returning = await change(customers, customers.client_id, 2, active=True)
    assert (returning.status_code, returning.json()["code"]) == (409, "bank-account-in-use")
    assert str(other) not in returning.text


async def test_of_two_clients_that_take_an_account_at_once_one_gets_it(customers: CustomersUnderTest) -> None:
    bodies = [client_body(orgnr=orgnr, bank_account=ACCOUNTS[ORGNRS[3]]) for orgnr in ORGNRS[1:3]]
    post = customers.service.http.post
    answers = await asyncio.gather(*(post("/v1/clients", json=body, headers=once(customers.bureau)) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
