"""The running customers service with a bureau key, and one client with a key of its own."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from tests.support.examples_customers import Headers, bureau_headers, client_headers, registered_client
from tests.support.service import ServiceUnderTest, StartService


@dataclass(frozen=True)
class CustomersUnderTest:
    """`bureau` and `client` are the headers of calls with their keys."""

    service: ServiceUnderTest
    bureau: Headers
    client_id: UUID
    client: Headers


@pytest.fixture
async def customers(start: StartService) -> CustomersUnderTest:
    service = await start("customers")
    bureau = await bureau_headers(service)
    client_id = await registered_client(service, bureau)
    return CustomersUnderTest(service, bureau, client_id, await client_headers(service, bureau, client_id))
