"""What is logged of an error, and what is not."""

import logging
import sys
from io import StringIO

import psycopg
import pytest
import structlog
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import IntegrityError

from shared.http.auth import new_secret
from shared.observability import logs
from shared.observability.private import describe_error, redacted, traceback_without_values

NAME, EMAIL, ACCOUNT = "Åse Bjørg Størdal", "ase.stordal@eksempel.no", "86011117947"
KEY, PASSWORD = new_secret(live=True), "hunter2"


class Person(BaseModel):
    age: int


def invalid() -> ValidationError:
    with pytest.raises(ValidationError) as raised:
        Person.model_validate({"age": NAME})
    return raised.value


@pytest.mark.parametrize(
    ("text", "without"),
    [
        (f"550 5.1.1 <{EMAIL}>: no such user", "550 5.1.1 <[e-mail]>: no such user"),
        (f"account {ACCOUNT} or 8601.11.17947", "account [11 digits] or [11 digits]"),
        (f"key {KEY}", "key [key]"),
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer [key]"),
        (f"amqp://faktura:{PASSWORD}@broker:5672/", "amqp://[password]@broker:5672/"),
        ("019a0000-0000-7000-8000-000000000001", "019a0000-0000-7000-8000-000000000001"),
        ("2026-11-23T11:00:00.123456Z", "2026-11-23T11:00:00.123456Z"),
    ],
)
def test_what_has_a_form_is_replaced(text: str, without: str) -> None:
    assert redacted(text) == without


def test_an_invalid_value_is_named_by_its_field_alone() -> None:
    assert describe_error(invalid()) == "ValidationError: Person.age: int_parsing"


def test_a_broken_constraint_is_named_without_the_row() -> None:
    original = psycopg.errors.UniqueViolation(f"DETAIL: Key (name)=({NAME}) already exists.")
    assert NAME not in describe_error(IntegrityError("insert", None, original)) or original.sqlstate is None


def test_a_traceback_has_the_places_of_the_whole_chain_and_no_values() -> None:
    try:
        try:
            raise invalid()
        except ValidationError as error:
            raise ExceptionGroup("several", [RuntimeError(EMAIL)]) from error
    except ExceptionGroup:
        text = traceback_without_values(sys.exc_info())
    assert text.count("test_private.py") >= 2
    assert "Person.age: int_parsing" in text
    assert "RuntimeError: [e-mail]" in text
    assert NAME not in text


@pytest.mark.parametrize("as_json", [True, False])
def test_both_forms_of_the_log_are_free_of_them(as_json: bool) -> None:  # a parameter of the test
    stream = StringIO()
    root = logging.getLogger()
    before = root.handlers[:]
    try:
        logs.configure("INFO", as_json=as_json)
        root.handlers[0].setStream(stream)  # type: ignore[attr-defined]  # a StreamHandler
        structlog.get_logger("test").error("x", reason=EMAIL, parts=[ACCOUNT], exc_info=invalid())
        logging.getLogger("another").error("%s", KEY, exc_info=invalid())
    finally:
        root.handlers[:] = before
    written = stream.getvalue()
    assert written.count("int_parsing") == 2
    assert not [secret for secret in (NAME, EMAIL, ACCOUNT, KEY) if secret in written]
