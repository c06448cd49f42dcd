"""What the database enforces by itself: the tables as in code, clients kept apart, invariants that detect damage."""

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
from tests.service.customers.conftest import CustomersUnderTest
from tests.support.examples_customers import (
    client_body,
    client_headers,
    customer_body,
    registered_client,
)
from tests.support.service import once


async def with_a_second_client(customers: CustomersUnderTest) -> UUID:
    """A second client with a key, and each of the two with a customer."""
    other_id = await registered_client(customers.service, customers.bureau, orgnr="910562223")
    other = await client_headers(customers.service, customers.bureau, other_id)
    for headers in (customers.client, other):
        await customers.service.http.post("/v1/customers", json=customer_body(), headers=once(headers))
    return other_id


async def test_the_migrations_create_the_tables_of_the_code(customers: CustomersUnderTest) -> None:
    runtime = customers.service.runtime
    assert differences(runtime.settings.owner_database("customers"), runtime.service.tables) == []


async def test_a_transaction_of_one_client_sees_no_rows_of_another_in_any_table(customers: CustomersUnderTest) -> None:
    await with_a_second_client(customers)
    runtime = customers.service.runtime
    async with runtime.database.unit(Cause("test"), customers.client_id) as work:
        connection = await work.session.connection()
        for table in guarded_tables(runtime.service.tables):
            visible = set(await connection.scalars(sa.text(f"select client_id from {table}")))  # noqa: S608  our names
            assert visible <= {customers.client_id}, table


async def test_a_transaction_of_one_client_writes_no_row_of_another(customers: CustomersUnderTest) -> None:
    other_id = await with_a_second_client(customers)
    statement = sa.text("update customer set client_id = :other")
    async with customers.service.runtime.database.unit(Cause("test"), customers.client_id) as work:
        connection = await work.session.connection()
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(statement, {"other": other_id})
        await work.session.rollback()


async def test_of_simultaneous_registrations_of_one_company_only_one_succeeds(customers: CustomersUnderTest) -> None:
    body = client_body(orgnr="910562223")
    posts = (customers.service.http.post("/v1/clients", json=body, headers=once(customers.bureau)) for _ in range(4))
    assert sorted([answer.status_code for answer in await asyncio.gather(*posts)]) == [201, 409, 409, 409]
    assert len(await customers.service.emitted(ClientChanged)) == 2


@pytest.mark.parametrize(
    ("damage", "broken"),
    [
        ("update customer set version = 2", ["customer-versions-are-emitted"]),
        ("update issued_key set version = 2", ["key-versions-are-emitted", "key-copies-are-as-issued"]),
        ("update customer_counter set next_number = 3", ["customer-numbers-are-gapless"]),
        ("delete from customer", ["customer-numbers-are-gapless"]),
        ("delete from customer; delete from customer_counter", ["customer-numbers-are-gapless"]),
        ("update api_key set active = false", ["key-copies-are-as-issued"]),
        ("update api_key set secret_sha256 = 'fs_live_' || key_id", ["keys-are-hashed", "key-copies-are-as-issued"]),
    ],
)
async def test_damage_is_detected_by_its_invariant(
    customers: CustomersUnderTest, damage: str, broken: list[str]
) -> None:
    await with_a_second_client(customers)
    assert await customers.service.broken() == {}
    for statement in damage.split(";"):
        await customers.service.rows(statement)
    assert list(await customers.service.broken()) == broken


async def test_the_records_name_every_client_customer_and_key_with_its_version(customers: CustomersUnderTest) -> None:
    await with_a_second_client(customers)
    queries = customers.service.runtime.service.records
    records = {name: await customers.service.rows(query) for name, query in queries.items()}
    assert {name: len(rows) for name, rows in records.items()} == {"clients": 2, "customers": 2, "api-keys": 3}
    assert {row["value"] for rows in records.values() for row in rows} == {"1"}


def test_every_endpoint_is_described_in_openapi() -> None:
    paths = build_app([load("customers")]).openapi()["paths"]
    operations = [operation for path, item in paths.items() for operation in item.values() if path.startswith("/v1/")]
    assert len(operations) == 22
    for operation in operations:
        assert operation["summary"]
        assert operation["description"]
        assert {"401", "403"} <= set(operation["responses"])
