"""Example clients and customers, as events and as request bodies, and helpers that register them."""

from typing import Any
from uuid import UUID

from services.customers.usecases.issue_bureau_key import issue_bureau_key
from shared.contracts.customers import ClientChanged, CustomerChanged
from shared.contracts.values import KidTerms, PostalAddress
from shared.db.database import Cause
from shared.ids import new_id
from tests.support.examples_documents import AGREEMENT, CLIENT_ID
from tests.support.service import ServiceUnderTest, once

ORGNRS = ("974760673", "910562223", "310279323", "310529915", "310721263", "312305755")
"""Real and synthetic numbers, all with valid check digits."""

ACCOUNTS = dict(
    zip(
        ORGNRS,
        ("86011117947", "86011100017", "86011100025", "86011100033", "86011100041", "86011100068"),
        strict=True,
    )
)
"""A bank account for each of them, since two active clients cannot have the same."""

Headers = dict[str, str]


def a_client(**overrides: Any) -> ClientChanged:
    """The client of the example documents."""
    values: dict[str, Any] = {
        "client_id": CLIENT_ID,
        "version": 1,
        "name": "Fjordlys Håndverk AS",
        "orgnr": "974760673",
        "legal_form": "AS",
        "mva_registered": True,
        "in_foretaksregisteret": True,
        "address": PostalAddress(lines=("Strandgata 14",), postal_code="6004", city="Ålesund"),
        "bank_account": "86011117947",
        "kid": KidTerms(algorithm="MOD10", length=AGREEMENT.length),
    }
    return ClientChanged(**values | overrides)


def a_customer(client_id: UUID, **overrides: Any) -> CustomerChanged:
    """A customer of this client, with a new id each time."""
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
    return CustomerChanged(**values | overrides)


def client_body(**overrides: Any) -> dict[str, Any]:
    """A client with the organisation number's own bank account, unless another is given."""
    orgnr = overrides.get("orgnr", ORGNRS[0])
    return {
        "name": "Fjord og Fjell AS",
        "orgnr": ORGNRS[0],
        "legal_form": "AS",
        "mva_registered": True,
        "address": {"lines": ["Storgata 1"], "postal_code": "0155", "city": "OSLO"},
        "bank_account": ACCOUNTS.get(orgnr, ACCOUNTS[ORGNRS[0]]),
        "kid": {"algorithm": "MOD10", "length": 16},
    } | overrides


def customer_body(**overrides: Any) -> dict[str, Any]:
    return {
        "is_business": True,
        "name": "Ålesund Rør AS",
        "orgnr": "910562223",
        "address": {"lines": ["Kaigata 7"], "postal_code": "6002", "city": "ÅLESUND"},
        "email": "faktura@aalesundror.no",
        "channels": ["email", "print"],
    } | overrides


async def bureau_headers(customers: ServiceUnderTest, label: str = "Byrået", holder: str | None = "Berit") -> Headers:
    """Headers with a bureau key. The customers service issues keys itself and subscribes to none."""
    async with customers.runtime.database.unit(Cause("test")) as work:
        issued = await issue_bureau_key(work, label, holder=holder)
    return {"Authorization": f"Bearer {issued.secret}"}


async def registered_client(customers: ServiceUnderTest, bureau: Headers, **overrides: Any) -> UUID:
    answer = await customers.http.post("/v1/clients", json=client_body(**overrides), headers=once(bureau))
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


async def client_headers(customers: ServiceUnderTest, bureau: Headers, client_id: UUID) -> Headers:
    """Headers with a key of this client."""
    path = f"/v1/clients/{client_id}/api-keys"
    answer = await customers.http.post(path, json={"label": "Nettbutikk"}, headers=once(bureau))
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['secret']}"}


async def approved_key(
    customers: ServiceUnderTest, bureau: Headers, body: dict[str, Any], path: str = "/v1/api-keys"
) -> dict[str, Any]:
    """A key that takes two persons, approved by a controller; its id and secret."""
    requested = await customers.http.post(path, json=body, headers=once(bureau))
    assert requested.status_code == 202, requested.text
    controller = await bureau_headers(customers, "Kontrollør", "Kåre")
    address = f"/v1/approvals/{requested.json()['id']}/approve"
    approved = await customers.http.post(address, headers=once(controller))
    assert approved.status_code == 200, approved.text
    return {"id": approved.json()["result_id"], "secret": requested.json()["secret"]}
