"""A client, its customers and what they order: the shortest way to say it in a test."""

from typing import Any
from uuid import UUID

import httpx2

from shared.contracts.customers import ClientChanged, CustomerChanged
from shared.contracts.values import KidTerms, PostalAddress
from shared.ids import new_id
from tests.support.service import ServiceUnderTest, StartService, once

Headers = dict[str, str]


def a_client(**other: Any) -> ClientChanged:
    values: dict[str, Any] = {
        "client_id": new_id(),
        "version": 1,
        "name": "Fjordvik Rør AS",
        "orgnr": "987654325",
        "legal_form": "AS",
        "mva_registered": True,
        "in_foretaksregisteret": True,
        "address": PostalAddress(lines=("Havnegata 3",), postal_code="5003", city="BERGEN"),
        "bank_account": "86011117947",
        "kid": KidTerms(algorithm="MOD10", length=15),
        "first_invoice_number": 10001,
    }
    return ClientChanged(**{**values, **other})


def a_customer(client_id: UUID, **other: Any) -> CustomerChanged:
    values: dict[str, Any] = {
        "client_id": client_id,
        "customer_id": new_id(),
        "version": 1,
        "customer_number": 1001,
        "is_business": True,
        "name": "Ålesund Bygg AS",
        "orgnr": "123456785",
        "address": PostalAddress(lines=("Kirkegata 1",), postal_code="6004", city="ÅLESUND"),
        "email": "faktura@aalesundbygg.no",
        "language": "nb",
        "channels": ("email",),
        "payment_terms_days": 14,
    }
    return CustomerChanged(**{**values, **other})


def a_line(**other: Any) -> dict[str, Any]:
    line = {"description": "Rørlegger", "quantity": "2", "unit": "timer", "unit_price": "1000.00", "mva_code": "3"}
    return {**line, **other}


class Shop:
    """One client of the documents service, at work: `post` and `get` speak with its key."""

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

    async def put(self, path: str, body: Any, version: str) -> httpx2.Response:
        return await self.service.http.put(path, json=body, headers={**self.headers, "If-Match": version})

    async def drafted(self, **other: Any) -> str:
        """The id of a new draft invoice."""
        return await self._made("/v1/invoices", self.content(**other))

    async def ordered(self, **other: Any) -> str:
        """The id of a new draft order."""
        return await self._made("/v1/orders", self.content(delivered_on=None, **other))

    async def issued(self, **other: Any) -> Any:
        """A newly issued invoice."""
        answer = await self.post(f"/v1/invoices/{await self.drafted(**other)}/issue")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def knows(self, **other: Any) -> CustomerChanged:
        """Another customer of this client."""
        customer = a_customer(self.client.client_id, **other)
        await self.service.hears(customer)
        return customer

    async def _made(self, path: str, body: Any) -> str:
        answer = await self.post(path, body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


async def open_shop(
    start: StartService | ServiceUnderTest, customer: dict[str, Any] | None = None, **client: Any
) -> Shop:
    """A client with one customer, known to a documents service of its own, or to the one given."""
    service = start if isinstance(start, ServiceUnderTest) else await start("documents")
    seller = a_client(**client)
    buyer = a_customer(seller.client_id, **(customer or {}))
    await service.hears(seller, buyer)
    return Shop(service, seller, buyer, await service.key(seller.client_id))


async def broken(service: ServiceUnderTest) -> dict[str, list[Any]]:
    """The invariants that do not hold, with the rows that break them."""
    invariants = service.runtime.service.invariants
    found = {one.name: await service.rows(one.violations) for one in invariants if isinstance(one.violations, str)}
    return {name: [dict(row) for row in rows] for name, rows in found.items() if rows}
