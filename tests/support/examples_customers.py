"""Clients and customers to test with: bodies as a caller sends them, and the shortest way to have one registered."""

from typing import Any
from uuid import UUID

from services.customers.usecases.issue_bureau_key import issue_bureau_key
from shared.db.database import Cause
from tests.support.service import ServiceUnderTest, once

ORGNRS = ("974760673", "910562223", "310279323", "310529915", "310721263", "312305755")
"""Real numbers and synthetic ones, all with right check digits."""

Headers = dict[str, str]


def client_body(**other: Any) -> dict[str, Any]:
    return {
        "name": "Fjord og Fjell AS",
        "orgnr": "974760673",
        "legal_form": "AS",
        "mva_registered": True,
        "address": {"lines": ["Storgata 1"], "postal_code": "0155", "city": "OSLO"},
        "bank_account": "86011117947",
        "kid": {"algorithm": "MOD10", "length": 16},
    } | other


def customer_body(**other: Any) -> dict[str, Any]:
    return {
        "is_business": True,
        "name": "Ålesund Rør AS",
        "orgnr": "910562223",
        "address": {"lines": ["Kaigata 7"], "postal_code": "6002", "city": "ÅLESUND"},
        "email": "faktura@aalesundror.no",
        "channels": ["email", "print"],
    } | other


async def bureau_headers(customers: ServiceUnderTest) -> Headers:
    """Headers with a bureau key. The customers service issues keys itself, so it hears of none."""
    async with customers.runtime.database.unit(Cause("test")) as work:
        issued = await issue_bureau_key(work, "Byrået")
    return {"Authorization": f"Bearer {issued.secret}"}


async def registered_client(customers: ServiceUnderTest, bureau: Headers, **other: Any) -> UUID:
    answer = await customers.http.post("/v1/clients", json=client_body(**other), headers=once(bureau))
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


async def client_headers(customers: ServiceUnderTest, bureau: Headers, client_id: UUID) -> Headers:
    """Headers with a key of that client."""
    path = f"/v1/clients/{client_id}/api-keys"
    answer = await customers.http.post(path, json={"label": "Nettbutikk"}, headers=once(bureau))
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['secret']}"}


async def broken_invariants(service: ServiceUnderTest) -> dict[str, list[str]]:
    """Which invariants written as SQL do not hold, and the rows that break them."""
    found = {
        invariant.name: [str(dict(row)) for row in await service.rows(invariant.violations)]
        for invariant in service.runtime.service.invariants
        if isinstance(invariant.violations, str)
    }
    return {name: rows for name, rows in found.items() if rows}
