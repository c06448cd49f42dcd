"""The document of the whole API tells the truth: of every operation, of every body, and of who serves what."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from dev.front_door import owner_of
from services.system import NAMES, load
from shared.http.app import build_app
from shared.http.bodies import Body
from shared.http.documentation import DocumentedApp
from shared.ids import new_id
from tests.support.examples_customers import a_client, a_customer, bureau_headers
from tests.support.service import StartService, once

METHODS = frozenset({"get", "put", "post", "delete", "patch"})
OPERATIONS = "operations"
"""The tag of what the house itself asks, without a key."""


@dataclass(frozen=True)
class Operation:
    """A method on a path, as the document tells of it."""

    name: str
    told: Mapping[str, Any]

    @property
    def is_the_houses(self) -> bool:
        return OPERATIONS in self.told["tags"]


WHOLE = build_app([load(name) for name in NAMES])
DOCUMENT: dict[str, Any] = WHOLE.openapi()
OPERATIONS_TOLD = [
    Operation(f"{method.upper()} {path}", told)
    for path, methods in DOCUMENT["paths"].items()
    for method, told in methods.items()
    if method in METHODS
]
EACH_OPERATION = pytest.mark.parametrize("operation", OPERATIONS_TOLD, ids=lambda one: one.name)


def paths_of(name: str) -> dict[str, dict[str, Any]]:
    """What one service serves, without what the house adds to each."""
    paths: dict[str, dict[str, Any]] = build_app([load(name)]).openapi()["paths"]
    return {path: methods for path, methods in paths.items() if path.startswith("/v1/")}


def bodies(kind: type[Body] = Body) -> dict[str, type[Body]]:
    """Every request body there is, by the name of its schema."""
    found: dict[str, type[Body]] = {}
    for each in kind.__subclasses__():
        found |= {each.__name__: each, **bodies(each)}
    return found


def body_of(operation: Operation) -> str | None:
    """The name of the schema that an operation takes as JSON; a body that may be left out is one, too."""
    told = operation.told.get("requestBody", {}).get("content", {}).get("application/json")
    if told is None:
        return None
    [reference] = [one["$ref"] for one in (told["schema"], *told["schema"].get("anyOf", ())) if "$ref" in one]
    return str(reference).rpartition("/")[2]


def example_of(name: str) -> dict[str, Any]:
    """The example of a body in the document, by the name of its schema."""
    [first, *_] = DOCUMENT["components"]["schemas"][name]["examples"]
    return dict(first)


def test_it_is_openapi_3_1_and_tells_of_every_service() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert {owner_of(path) for path in DOCUMENT["paths"] if path.startswith("/v1/")} == set(NAMES)


@EACH_OPERATION
def test_every_operation_has_a_summary_and_one_tag(operation: Operation) -> None:
    assert operation.told["summary"]
    assert len(operation.told["tags"]) == 1


@EACH_OPERATION
def test_every_refusal_that_is_documented_is_a_problem(operation: Operation) -> None:
    if operation.is_the_houses:
        return
    refusals = {status: told for status, told in operation.told["responses"].items() if int(status) >= 400}
    assert {"401", "403"} <= set(refusals)
    assert all(told["description"] for told in refusals.values())
    schemas = {status: _schema(told) for status, told in refusals.items()}
    assert set(schemas.values()) == {"#/components/schemas/Problem"}


def _schema(answer: Mapping[str, Any]) -> str | None:
    told: dict[str, str] = answer.get("content", {}).get("application/problem+json", {}).get("schema", {})
    return told.get("$ref")


@EACH_OPERATION
def test_whoever_names_something_in_the_path_may_be_told_that_it_is_not_there(operation: Operation) -> None:
    if "{" in operation.name:
        assert "404" in operation.told["responses"]


@EACH_OPERATION
def test_only_the_houses_own_operations_are_asked_without_a_key(operation: Operation) -> None:
    assert (operation.told.get("security") == []) is operation.is_the_houses
    assert DOCUMENT["security"] == [{"key": []}]


@EACH_OPERATION
def test_every_body_is_json_or_a_file(operation: Operation) -> None:
    if body_of(operation) is None:
        content = operation.told.get("requestBody", {}).get("content", {})
        assert all(told["schema"] == {"type": "string", "format": "binary"} for told in content.values())


@pytest.mark.parametrize("name", sorted({name for one in OPERATIONS_TOLD if (name := body_of(one))}))
def test_every_body_has_an_example_and_accepts_it(name: str) -> None:
    examples = DOCUMENT["components"]["schemas"][name]["examples"]
    assert examples
    for example in examples:
        bodies()[name].model_validate_json(json.dumps(example))


@pytest.mark.parametrize("name", NAMES)
def test_a_service_serves_what_the_map_says_is_its_own(name: str) -> None:
    assert {path: owner_of(path) for path in paths_of(name)} == dict.fromkeys(paths_of(name), name)


def test_no_two_services_serve_the_same_path() -> None:
    served = Counter(path for name in NAMES for path in paths_of(name))
    assert [path for path, times in served.items() if times > 1] == []
    assert set(served) == {path for path in DOCUMENT["paths"] if path.startswith("/v1/")}


def test_no_two_schemas_fight_for_a_name() -> None:
    assert [name for name in DOCUMENT["components"]["schemas"] if "__" in name] == []


def test_the_document_of_one_service_stands_by_itself() -> None:
    alone = build_app([load("ledger")])
    assert isinstance(alone, DocumentedApp)
    assert "Problem" in alone.openapi()["components"]["schemas"]


async def test_the_examples_of_clients_customers_and_keys_are_taken(start: StartService) -> None:
    customers = await start("customers")
    bureau = await bureau_headers(customers)
    client = await customers.http.post("/v1/clients", json=example_of("ClientBody"), headers=once(bureau))
    named = bureau | {"Faktura-Client": client.json()["id"]}
    sent = {
        "/v1/customers": "CustomerBody",
        f"/v1/clients/{client.json()['id']}/api-keys": "ClientKeyBody",
        "/v1/api-keys": "HouseKeyBody",
    }

    for path, body in sent.items():
        answer = await customers.http.post(path, json=example_of(body), headers=once(named))
        assert answer.status_code == 201, answer.text


async def test_the_examples_of_drafts_can_be_issued(start: StartService) -> None:
    documents = await start("documents")
    seller = a_client()
    await documents.receives(seller, a_customer(seller.client_id, customer_id=example_of("InvoiceBody")["customer_id"]))
    key = await documents.key(seller.client_id)

    for path, body, act in (("invoices", "InvoiceBody", "issue"), ("orders", "OrderBody", "confirm")):
        draft = await documents.http.post(f"/v1/{path}", json=example_of(body), headers=once(key))
        assert draft.status_code == 201, draft.text
        done = await documents.http.post(f"/v1/{path}/{draft.json()['id']}/{act}", headers=once(key))
        assert done.status_code == 200, done.text


async def test_the_print_shops_examples_reach_the_queue(start: StartService) -> None:
    delivery = await start("delivery")
    shop = await delivery.key(None, "print_shop")
    claimed = await delivery.http.post("/v1/print-jobs/claim", json=example_of("ClaimBody"), headers=once(shop))
    assert (claimed.status_code, claimed.json()) == (200, {"jobs": []})
    for act, body in (("renew", "RenewBody"), ("ack", "ReceiptBody"), ("reject", "RejectionBody")):
        answer = await delivery.http.post(f"/v1/print-jobs/{new_id()}/{act}", json=example_of(body), headers=shop)
        assert (answer.status_code, answer.json()["code"]) == (404, "print-job-unknown")
