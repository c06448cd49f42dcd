"""A client with its customers, orders and invoices, in as few words as a test needs."""

from typing import Any

import httpx2

from shared.contracts.customers import ClientChanged, CustomerChanged
from shared.contracts.values import KidTerms, PostalAddress
from shared.ids import new_id
from tests.support.examples_customers import a_client, a_customer
from tests.support.service import ServiceUnderTest, StartService, once

Headers = dict[str, str]


SELLER: dict[str, Any] = {
    "name": "Fjordvik Rør AS",
    "orgnr": "987654325",
    "address": PostalAddress(lines=("Havnegata 3",), postal_code="5003", city="BERGEN"),
    "kid": KidTerms(algorithm="MOD10", length=15),
    "first_invoice_number": 10001,
}


def a_line(**other: Any) -> dict[str, Any]:
    line = {"description": "Rørlegger", "quantity": "2", "unit": "timer", "unit_price": "1000.00", "mva_code": "3"}
    return {**line, **other}


class Shop:
    """One client of the documents service: `post`, `get` and `put` call the API with its key."""

    def __init__(
        self, service: ServiceUnderTest, client: ClientChanged, customer: CustomerChanged, headers: Headers
    ) -> None:
        self.service = service
        self.client = client
        self.customer = customer
        self.headers = headers

    def content(self, **other: Any) -> dict[str, Any]:
        body = {"customer_id": str(self.customer.customer_id), "lines": [a_line()], "delivered_on": "2026-11-20"}
        return {name: value for name, value in {**body, **other}.items() if value is not None}

    async def post(self, path: str, body: Any = None) -> httpx2.Response:
        return await self.service.http.post(path, json=body, headers=once(self.headers))

    async def get(self, path: str) -> Any:
        answer = await self.service.http.get(path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def delete(self, path: str, version: str) -> httpx2.Response:
        return await self.service.http.delete(path, headers={**self.headers, "If-Match": version})

    async def put(self, path: str, body: Any, version: str) -> httpx2.Response:
        return await self.service.http.put(path, json=body, headers={**self.headers, "If-Match": version})

    async def drafted(self, **other: Any) -> str:
        """The id of a new draft invoice."""
        return await self._create("/v1/invoices", self.content(**other))

    async def ordered(self, **other: Any) -> str:
        """The id of a new draft order."""
        return await self._create("/v1/orders", self.content(delivered_on=None, **other))

    async def confirmed_order(self, **other: Any) -> Any:
        """A newly confirmed order."""
        answer = await self.post(f"/v1/orders/{await self.ordered(**other)}/confirm")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def issued(self, **other: Any) -> Any:
        """A newly issued invoice."""
        answer = await self.post(f"/v1/invoices/{await self.drafted(**other)}/issue")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def add_customer(self, **other: Any) -> CustomerChanged:
        """Another customer of this client."""
        customer = a_customer(self.client.client_id, **other)
        await self.service.receives(customer)
        return customer

    async def _create(self, path: str, body: Any) -> str:
        answer = await self.post(path, body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


async def open_shop(
    start: StartService | ServiceUnderTest, customer: dict[str, Any] | None = None, **client: Any
) -> Shop:
    """A client with one customer, in a new documents service or in the one given."""
    service = start if isinstance(start, ServiceUnderTest) else await start("documents")
    seller = a_client(**{"client_id": new_id(), **SELLER, **client})
    buyer = a_customer(seller.client_id, **(customer or {}))
    await service.receives(seller, buyer)
    return Shop(service, seller, buyer, await service.key(seller.client_id))
