"""Every event version has a committed schema and an example, and may only grow by optional fields."""

import json
from copy import deepcopy
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import jsonschema
import pytest

from dev import event_catalogue, schemas
from dev.schemas import EXAMPLES, SCHEMAS, breaks, committed, schema_of
from shared.contracts.envelope import Envelope, Event
from shared.contracts.registry import EVENTS_BY_TYPE, open_envelope
from shared.contracts.values import KidTerms
from shared.kid import KidAgreement, KidAlgorithm, is_valid_kid
from shared.orgnr import bank_account, orgnr

EACH_EVENT = pytest.mark.parametrize("event", EVENTS_BY_TYPE.values(), ids=EVENTS_BY_TYPE.keys())


def _example(event: type[Event]) -> dict[str, Any]:
    example: dict[str, Any] = json.loads((EXAMPLES / f"{event.TYPE}.json").read_text(encoding="utf-8"))
    return example


@EACH_EVENT
def test_the_committed_schema_is_that_of_the_code(event: type[Event]) -> None:
    assert committed(event) == schema_of(event), "run: python -m dev.schemas"


@EACH_EVENT
def test_a_version_only_grows_by_optional_fields(event: type[Event]) -> None:
    old = committed(event)
    assert old is not None
    assert breaks(old, schema_of(event)) == []


def test_every_committed_file_belongs_to_an_event() -> None:
    for folder in (SCHEMAS, EXAMPLES):
        assert {path.stem for path in folder.glob("*.json")} == EVENTS_BY_TYPE.keys()


@EACH_EVENT
def test_the_example_is_a_cloud_event(event: type[Event]) -> None:
    example = _example(event)

    assert example["specversion"] == "1.0"
    assert example["id"]
    assert example["type"] == event.TYPE
    assert urlsplit(example["source"]).path == f"/faktura/{event.owner()}"
    assert datetime.fromisoformat(example["time"]).tzinfo is not None
    assert example["datacontenttype"] == "application/json"
    # Attribute names are lower-case letters and digits only (CloudEvents 1.0, Naming Conventions).
    assert all(name.isalnum() and name == name.lower() for name in example)


@EACH_EVENT
def test_the_example_is_the_same_after_a_round_trip(event: type[Event]) -> None:
    example = _example(event)

    envelope = Envelope.model_validate(example)
    opened = open_envelope(envelope)

    assert type(opened) is event
    assert opened.model_dump(mode="json") == example["data"]
    assert json.loads(envelope.model_dump_json()) == example
    assert (opened.subject(), opened.client_id) == (envelope.subject, envelope.clientid)


@EACH_EVENT
def test_the_example_is_valid_against_its_schema(event: type[Event]) -> None:
    schema = schema_of(event)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())

    assert [error.message for error in validator.iter_errors(_example(event)["data"])] == []


@EACH_EVENT
def test_the_example_has_valid_numbers(event: type[Event]) -> None:
    for name, value in _leaves(_example(event)["data"]):
        if value is None:
            continue
        if name == "orgnr":
            assert orgnr(value) == value
        if name in ("account", "bank_account") and isinstance(value, str):
            assert bank_account(value) == value
        if name == "kid" and isinstance(value, str):
            assert is_valid_kid(value, KidAgreement(KidAlgorithm.MOD10, len(value)))


def _leaves(node: Any, name: str = "") -> list[tuple[str, Any]]:
    if isinstance(node, dict):
        return [leaf for key, value in node.items() for leaf in _leaves(value, key)]
    if isinstance(node, list):
        return [leaf for value in node for leaf in _leaves(value, name)]
    return [(name, node)]


def test_the_page_of_events_is_up_to_date() -> None:
    page = event_catalogue.PAGE.read_text(encoding="utf-8")
    assert page == event_catalogue.catalogue(), "run: python -m dev.event_catalogue"


class _Old(Event):
    TYPE = "tests.old.v1"

    name: str
    count: int
    note: str | None = None
    terms: tuple[KidTerms, ...] = ()

    def subject(self) -> UUID:
        return UUID(int=0)


def _changed(**fields: Any) -> dict[str, Any]:
    schema = deepcopy(schema_of(_Old))
    schema["properties"] |= fields
    return schema


def test_a_new_optional_field_breaks_nothing() -> None:
    assert breaks(schema_of(_Old), _changed(colour={"type": "string", "default": "blue"})) == []


def test_a_new_title_or_description_breaks_nothing() -> None:
    new = _changed(name={"type": "string", "title": "Name", "description": "In better words."})
    assert breaks(schema_of(_Old), new) == []


def _without(*path: str) -> dict[str, Any]:
    schema = deepcopy(schema_of(_Old))
    node = schema
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
    return schema


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(_without("properties", "count"), id="a field gone"),
        pytest.param(_changed(colour={"type": "string"}), id="a required field"),
        pytest.param(_changed(count={"type": "string"}), id="another type"),
        pytest.param(_changed(count={"type": "integer", "maximum": 9}), id="a narrower range"),
        pytest.param(_changed(count={"type": "integer", "default": 0}), id="a required field made optional"),
        pytest.param(_without("properties", "note", "default"), id="an optional field made required"),
        pytest.param(_without("$defs", "KidTerms", "properties", "length"), id="a field gone from a value inside"),
    ],
)
def test_any_other_change_is_refused(new: dict[str, Any]) -> None:
    assert breaks(schema_of(_Old), new) != []


def test_a_changed_version_does_not_overwrite_the_old(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "SCHEMAS", tmp_path)
    schemas.publish()
    [path, *_] = sorted(tmp_path.glob("*.json"))
    schema = json.loads(path.read_text(encoding="utf-8"))
    schema["properties"]["field_of_old"] = {"type": "string"}
    path.write_text(json.dumps(schema), encoding="utf-8")

    with pytest.raises(schemas.BrokenContract, match="field_of_old would be gone"):
        schemas.publish()

    assert json.loads(path.read_text(encoding="utf-8")) == schema
