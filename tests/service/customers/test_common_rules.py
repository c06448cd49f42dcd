"""What the database itself keeps: tables as in code, clients apart, and invariants that notice."""

import asyncio
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.system import load
from shared.contracts.customers import ClientChanged
from shared.db.database import Cause
from shared.db.migrate import differences
from shared.db.tenancy import guarded_tables
from shared.http.app import build_app
from tests.service.customers.conftest import Customers
from tests.support.examples_customers import (
    client_body,
    client_headers,
    customer_body,
    registered_client,
)
from tests.support.service import once


async def with_a_second_client(customers: Customers) -> UUID:
    """A second client with a key, and each of the two with a customer."""
    other_id = await registered_client(customers.service, customers.bureau, orgnr="910562223")
    other = await client_headers(customers.service, customers.bureau, other_id)
    for headers in (customers.client, other):
        await customers.service.http.post("/v1/customers", json=customer_body(), headers=once(headers))
    return other_id


async def test_the_migrations_make_the_tables_that_the_code_speaks_of(customers: Customers) -> None:
    runtime = customers.service.runtime
    assert differences(runtime.settings.owner_database("customers"), runtime.service.tables) == []


async def test_a_transaction_of_one_client_sees_no_row_of_another_in_any_table(customers: Customers) -> None:
    await with_a_second_client(customers)
    runtime = customers.service.runtime
    async with runtime.database.unit(Cause("test"), customers.client_id) as work:
        connection = await work.session.connection()
        for table in guarded_tables(runtime.service.tables):
            found = set(await connection.scalars(sa.text(f"select client_id from {table}")))  # noqa: S608  our names
            assert found <= {customers.client_id}, table


async def test_a_transaction_of_one_client_writes_no_row_of_another(customers: Customers) -> None:
    other_id = await with_a_second_client(customers)
    move = sa.text("update customer set client_id = :other")
    async with customers.service.runtime.database.unit(Cause("test"), customers.client_id) as work:
        connection = await work.session.connection()
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(move, {"other": other_id})
        await work.session.rollback()


async def test_of_two_registrations_of_one_company_at_once_one_is_refused(customers: Customers) -> None:
    body = client_body(orgnr="910562223")
    posts = (customers.service.http.post("/v1/clients", json=body, headers=once(customers.bureau)) for _ in range(4))
    assert sorted([answer.status_code for answer in await asyncio.gather(*posts)]) == [201, 409, 409, 409]
    assert len(await customers.service.emitted(ClientChanged)) == 2


@pytest.mark.parametrize(
    ("damage", "noticed"),
    [
        ("update customer set version = 2", ["customers-are-told"]),
        ("update issued_key set version = 2", ["keys-are-told", "keys-are-checked-as-issued"]),
        ("update customer_counter set next_number = 3", ["customer-numbers-are-gapless"]),
        ("delete from customer", ["customer-numbers-are-gapless"]),
        ("delete from customer; delete from customer_counter", ["customer-numbers-are-gapless"]),
        ("update api_key set active = false", ["keys-are-checked-as-issued"]),
        ("update api_key set secret_sha256 = 'fs_live_' || key_id", ["keys-are-hashed", "keys-are-checked-as-issued"]),
    ],
)
async def test_damage_is_noticed_by_the_invariant_that_guards_against_it(
    customers: Customers, damage: str, noticed: list[str]
) -> None:
    await with_a_second_client(customers)
    assert await customers.service.broken() == {}
    for statement in damage.split(";"):
        await customers.service.rows(statement)
    assert list(await customers.service.broken()) == noticed


async def test_the_evidence_names_every_client_customer_and_key_with_its_version(customers: Customers) -> None:
    await with_a_second_client(customers)
    records = customers.service.runtime.service.records
    found = {name: [dict(row) for row in await customers.service.rows(query)] for name, query in records.items()}
    assert {name: len(rows) for name, rows in found.items()} == {"clients": 2, "customers": 2, "api-keys": 3}
    assert {row["value"] for rows in found.values() for row in rows} == {"1"}


def test_every_endpoint_is_described_in_openapi() -> None:
    paths = build_app([load("customers")]).openapi()["paths"]
    operations = [one for path, item in paths.items() for one in item.values() if path.startswith("/v1/")]
    assert len(operations) == 17
    for operation in operations:
        assert operation["summary"]
        assert operation["description"]
        assert {"401", "403"} <= set(operation["responses"])
