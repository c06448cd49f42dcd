"""The OpenAPI document is true: every operation, every body, and which service serves what."""

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
OPERATIONS_TAG = "operations"
"""The tag of health checks and metrics, which need no key."""


@dataclass(frozen=True)
class Operation:
    """A method on a path, with its entry in the document."""

    name: str
    entry: Mapping[str, Any]

    @property
    def needs_no_key(self) -> bool:
        return OPERATIONS_TAG in self.entry["tags"]


DOCUMENT: dict[str, Any] = build_app([load(name) for name in NAMES]).openapi()
OPERATIONS = [
    Operation(f"{method.upper()} {path}", entry)
    for path, methods in DOCUMENT["paths"].items()
    for method, entry in methods.items()
    if method in METHODS
]
EACH_OPERATION = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)


def paths_of(name: str) -> dict[str, dict[str, Any]]:
    """The paths that one service serves, without those that every service has."""
    paths: dict[str, dict[str, Any]] = build_app([load(name)]).openapi()["paths"]
    return {path: methods for path, methods in paths.items() if path.startswith("/v1/")}


def bodies(kind: type[Body] = Body) -> dict[str, type[Body]]:
    """Every request body by the name of its schema."""
    by_name: dict[str, type[Body]] = {}
    for body in kind.__subclasses__():
        by_name |= {body.__name__: body, **bodies(body)}
    return by_name


def body_of(operation: Operation) -> str | None:
    """The name of the JSON schema of an operation's body, also of an optional one; None without one."""
    content = operation.entry.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    options = (content["schema"], *content["schema"].get("anyOf", ()))
    [reference] = [option["$ref"] for option in options if "$ref" in option]
    return str(reference).rpartition("/")[2]


def example_of(name: str) -> dict[str, Any]:
    """The example of a body in the document, by the name of its schema."""
    [first, *_] = DOCUMENT["components"]["schemas"][name]["examples"]
    return dict(first)


def example_for(name: str) -> dict[str, Any]:
    """The example of the body that this operation takes."""
    schema = next(body_of(operation) for operation in OPERATIONS if operation.name == name)
    assert schema is not None
    return example_of(schema)


def test_it_is_openapi_3_1_and_covers_every_service() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert {owner_of(path) for path in DOCUMENT["paths"] if path.startswith("/v1/")} == set(NAMES)


@EACH_OPERATION
def test_every_operation_has_a_summary_and_one_tag_in_small_letters(operation: Operation) -> None:
    """Only abbreviations are in capitals."""
    assert operation.entry["summary"]
    [tag] = operation.entry["tags"]
    assert all(word.islower() or word.isupper() for word in tag.split())


@EACH_OPERATION
def test_every_documented_error_is_a_problem(operation: Operation) -> None:
    if operation.needs_no_key:
        return
    errors = {status: answer for status, answer in operation.entry["responses"].items() if int(status) >= 400}
    assert {"401", "403"} <= set(errors)
    assert all(answer["description"] for answer in errors.values())
    assert {_problem_schema(answer) for answer in errors.values()} == {"#/components/schemas/Problem"}


def _problem_schema(answer: Mapping[str, Any]) -> str | None:
    schema: dict[str, str] = answer.get("content", {}).get("application/problem+json", {}).get("schema", {})
    return schema.get("$ref")


@EACH_OPERATION
def test_every_operation_with_an_id_in_its_path_documents_404(operation: Operation) -> None:
    if "{" in operation.name:
        assert "404" in operation.entry["responses"]


@EACH_OPERATION
def test_only_health_checks_and_metrics_need_no_key(operation: Operation) -> None:
    assert (operation.entry.get("security") == []) is operation.needs_no_key
    assert DOCUMENT["security"] == [{"key": []}]


@EACH_OPERATION
def test_every_body_is_json_or_a_file(operation: Operation) -> None:
    if body_of(operation) is None:
        content = operation.entry.get("requestBody", {}).get("content", {})
        assert all(media["schema"] == {"type": "string", "format": "binary"} for media in content.values())


@pytest.mark.parametrize("name", sorted({name for operation in OPERATIONS if (name := body_of(operation))}))
def test_every_body_has_an_example_and_accepts_it(name: str) -> None:
    examples = DOCUMENT["components"]["schemas"][name]["examples"]
    assert examples
    for example in examples:
        bodies()[name].model_validate_json(json.dumps(example))


@pytest.mark.parametrize("name", NAMES)
def test_a_service_serves_the_paths_of_its_entry_on_the_map(name: str) -> None:
    assert {path: owner_of(path) for path in paths_of(name)} == dict.fromkeys(paths_of(name), name)


def test_no_two_services_serve_the_same_path() -> None:
    served = Counter(path for name in NAMES for path in paths_of(name))
    assert [path for path, times in served.items() if times > 1] == []
    assert set(served) == {path for path in DOCUMENT["paths"] if path.startswith("/v1/")}


def test_no_two_schemas_share_a_name() -> None:
    assert [name for name in DOCUMENT["components"]["schemas"] if "__" in name] == []


def test_the_document_of_one_service_is_complete() -> None:
    alone = build_app([load("ledger")])
    assert isinstance(alone, DocumentedApp)
    assert "Problem" in alone.openapi()["components"]["schemas"]


async def test_the_examples_of_clients_customers_and_keys_are_accepted(start: StartService) -> None:
    customers = await start("customers")
    bureau = await bureau_headers(customers)
    client = await customers.http.post("/v1/clients", json=example_of("ClientBody"), headers=once(bureau))
    for_client = bureau | {"Faktura-Client": client.json()["id"]}
    examples = {
        "/v1/customers": example_of("CustomerBody"),
        f"/v1/clients/{client.json()['id']}/api-keys": example_of("ClientKeyBody"),
        "/v1/api-keys": example_for("POST /v1/api-keys"),
    }

    for path, body in examples.items():
        answer = await customers.http.post(path, json=body, headers=once(for_client))
        assert answer.status_code == 201, answer.text


async def test_the_examples_of_drafts_can_be_issued(start: StartService) -> None:
    documents = await start("documents")
    seller = a_client()
    await documents.receives(seller, a_customer(seller.client_id, customer_id=example_of("InvoiceBody")["customer_id"]))
    key = await documents.key(seller.client_id)

    for path, body, act in (("invoices", "InvoiceBody", "issue"), ("orders", "OrderBody", "confirm")):
        draft = await documents.http.post(f"/v1/{path}", json=example_of(body), headers=once(key))
        assert draft.status_code == 201, draft.text
        confirmed = await documents.http.post(f"/v1/{path}/{draft.json()['id']}/{act}", headers=once(key))
        assert confirmed.status_code == 200, confirmed.text


async def test_the_examples_of_the_print_shop_are_accepted(start: StartService) -> None:
    delivery = await start("delivery")
    shop = await delivery.key(None, "print_shop")
    claimed = await delivery.http.post("/v1/print-jobs/claim", json=example_of("ClaimBody"), headers=once(shop))
    assert (claimed.status_code, claimed.json()) == (200, {"jobs": []})
    for act, body in (("renew", "RenewBody"), ("ack", "ReceiptBody"), ("reject", "RejectionBody")):
        answer = await delivery.http.post(f"/v1/print-jobs/{new_id()}/{act}", json=example_of(body), headers=shop)
        assert (answer.status_code, answer.json()["code"]) == (404, "print-job-not-found")
