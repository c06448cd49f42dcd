"""Norwegian sentences for request validation: one for every error that the API's parameters and bodies can raise."""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Annotated, Any, Literal

import pytest
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core._pydantic_core import list_all_errors

from services.system import NAMES, load
from shared.http.bodies import FieldError
from shared.http.validation_nb import SENTENCES_NB, sentence_nb

PYDANTIC_ERRORS = {str(error["type"]): error for error in list_all_errors()}

# What each kind of pydantic-core schema can raise, and what each of its constraints adds.
OF_SCHEMA: dict[str, set[str]] = {
    "str": {"string_type", "string_unicode"},
    "int": {"int_type", "int_parsing", "int_parsing_size", "int_from_float"},
    "float": {"float_type", "float_parsing", "finite_number"},
    "decimal": {"decimal_type", "decimal_parsing", "finite_number"},
    "bool": {"bool_type", "bool_parsing"},
    "date": {"date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"},
    "datetime": {"datetime_type", "datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid"},
    "uuid": {"uuid_type", "uuid_parsing", "uuid_version"},
    "literal": {"literal_error"},
    "enum": {"enum"},
    "list": {"list_type"},
    "tuple": {"tuple_type", "missing"},
    "set": {"set_type"},
    "frozenset": {"frozen_set_type"},
    "dict": {"dict_type"},
    "model": {"model_type", "model_attributes_type"},
    "model-fields": {"missing", "extra_forbidden"},
    "tagged-union": {"union_tag_invalid", "union_tag_not_found"},
    "function-after": {"value_error", "assertion_error"},
    "function-before": {"value_error", "assertion_error"},
    "function-wrap": {"value_error", "assertion_error"},
    "function-plain": {"value_error", "assertion_error"},
}
TRANSPARENT = {"any", "none", "nullable", "default", "union", "model-field", "definitions", "definition-ref"}
OF_CONSTRAINT: dict[str, str] = {
    "gt": "greater_than",
    "ge": "greater_than_equal",
    "lt": "less_than",
    "le": "less_than_equal",
    "multiple_of": "multiple_of",
    "max_digits": "decimal_max_digits",
    "decimal_places": "decimal_max_places",
    "pattern": "string_pattern_mismatch",
}


def _schemas(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every schema inside a pydantic-core schema; what it only says about serialization is left out."""
    if isinstance(node, Mapping):
        if isinstance(node.get("type"), str):
            yield node
        for name, value in node.items():
            if name not in ("serialization", "metadata", "default", "function"):
                yield from _schemas(value)
    elif isinstance(node, list | tuple):
        for item in node:
            yield from _schemas(item)


def _errors_of(schema: Mapping[str, Any]) -> set[str]:
    kind = schema["type"]
    assert kind in OF_SCHEMA or kind in TRANSPARENT, f"add the errors of {kind} schemas to this test"
    errors = OF_SCHEMA.get(kind, set()) | {error for name, error in OF_CONSTRAINT.items() if name in schema}
    if "max_digits" in schema and "decimal_places" in schema:
        errors |= {"decimal_whole_digits"}
    bounds = ("string_too_short", "string_too_long") if kind == "str" else ("too_short", "too_long")
    return errors | {error for name, error in zip(("min_length", "max_length"), bounds, strict=True) if name in schema}


def _fields(dependant: Dependant) -> Iterator[Any]:
    for name in ("path_params", "query_params", "header_params", "cookie_params", "body_params"):
        yield from getattr(dependant, name)
    for inner in dependant.dependencies:
        yield from _fields(inner)


def _api_errors(router: APIRouter) -> set[str]:
    fields = [field.field_info for route in _api_routes(router) for field in _fields(route.dependant)]
    adapters: list[TypeAdapter[Any]] = [TypeAdapter(_type_of(info)) for info in fields]
    schemas = [schema for adapter in adapters for schema in _schemas(adapter.core_schema)]
    return {"missing", "json_invalid"}.union(*map(_errors_of, schemas))


def _type_of(info: FieldInfo) -> Any:
    """The parameter's type with the bounds that stand beside it (`Query(ge=1)`)."""
    return Annotated[info.annotation, info]


def _api_routes(router: APIRouter) -> Iterator[APIRoute]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from _api_routes(route.original_router)


def test_every_error_that_the_api_can_raise_has_its_sentence() -> None:
    api_errors = {error for name in NAMES for error in _api_errors(load(name).router)}

    assert {"uuid_parsing", "string_too_long", "greater_than_equal", "extra_forbidden"} <= api_errors
    assert sorted(api_errors - SENTENCES_NB.keys()) == []


def test_every_sentence_is_for_an_error_of_pydantic_and_uses_its_parameters_only() -> None:
    for error_type, sentence in SENTENCES_NB.items():
        known = PYDANTIC_ERRORS[error_type].get("example_context") or {}
        used = {name for _, name, _, _ in Formatter().parse(sentence) if name}
        assert used <= known.keys(), error_type


def test_the_sentence_has_the_values_of_the_error() -> None:
    assert sentence_nb({"type": "string_too_long", "ctx": {"max_length": 20}}) == "Teksten kan ha høyst 20 tegn."


def test_alternatives_are_joined_in_norwegian() -> None:
    class Choice(BaseModel):
        channel: Literal["email", "print", "or or"]

    with pytest.raises(ValidationError) as caught:
        Choice.model_validate({"channel": "fax"})

    [error] = caught.value.errors()
    assert sentence_nb(error) == "Verdien må være en av: 'email', 'print' eller 'or or'."


def test_a_validator_can_give_a_sentence_of_its_own() -> None:
    error = {"type": "value_error", "ctx": {"error": FieldError("no", nb="Nei.")}}
    assert sentence_nb(error) == "Nei."


def test_an_unknown_type_still_has_a_norwegian_sentence() -> None:
    assert sentence_nb({"type": "url_parsing", "ctx": {"error": "x"}}) == "Verdien kan ikke brukes (url_parsing)."
