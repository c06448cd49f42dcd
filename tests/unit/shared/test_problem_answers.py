"""Problem answers of a small app: the same error in Norwegian and in English."""

from datetime import date
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException

from shared.http import problems
from shared.http.bodies import Body, Kroner
from shared.problems import DomainError, Refusal, Refused


class PartNotFound(DomainError):
    pass


class PartTooHeavy(DomainError):
    pass


class Unlisted(DomainError):
    pass


REFUSALS = {
    PartNotFound: Refusal(404, "part-not-found", "Delen {name} finnes ikke.", "There is no part {name}."),
    PartTooHeavy: Refusal(422, "part-too-heavy", "Delen er for tung.", "The part is too heavy."),
}
ERRORS: dict[str, Exception] = {
    "missing": PartNotFound(name="A7", pointer="/parts/0"),
    "several": Refused((PartNotFound(name="A7", line=1), PartTooHeavy(rule="§ 3"))),
    "single": Refused((PartNotFound(name="A7"),)),
    "unlisted": Unlisted(),
    "gone": HTTPException(410),
}


class PartBody(Body):
    name: str
    price: Kroner
    day: date


def _app() -> FastAPI:
    app = FastAPI()
    problems.install(app, REFUSALS)

    @app.post("/parts")
    async def add(_part: PartBody) -> None: ...

    @app.get("/errors/{name}")
    async def error(name: str) -> None:
        raise ERRORS[name]

    return app


async def _send(method: str, path: str, language: str, **body: Any) -> dict[str, Any]:
    headers = {"Accept-Language": language, "Content-Type": "application/json"}
    transport = httpx2.ASGITransport(app=_app(), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://faktura.test") as http:
        response = await http.request(method, path, headers=headers, **body)
    assert response.headers["content-type"] == "application/problem+json"
    answer: dict[str, Any] = response.json()
    assert answer["status"] == response.status_code
    return answer


@pytest.mark.parametrize(
    ("language", "title", "detail"),
    [("nb", "Ikke funnet", "Delen A7 finnes ikke."), ("en", "Not found", "There is no part A7.")],
)
async def test_parameters_stand_in_the_detail_and_not_in_the_title(language: str, title: str, detail: str) -> None:
    answer = await _send("GET", "/errors/missing", language)

    assert (answer["title"], answer["detail"]) == (title, detail)
    assert answer["errors"] == [{"code": "part-not-found", "message": detail, "pointer": "/parts/0"}]


async def test_several_errors_are_listed_with_their_places() -> None:
    answer = await _send("GET", "/errors/several", "nb")

    assert (answer["code"], answer["title"]) == ("several", "Flere ting må rettes.")
    assert answer["errors"] == [
        {"code": "part-not-found", "message": "Delen A7 finnes ikke.", "line": 1},
        {"code": "part-too-heavy", "message": "Delen er for tung.", "rule": "§ 3"},
    ]


async def test_a_single_error_of_several_possible_is_answered_alone() -> None:
    assert (await _send("GET", "/errors/single", "nb"))["code"] == "part-not-found"


async def test_an_error_without_an_entry_is_an_internal_error() -> None:
    assert (await _send("GET", "/errors/unlisted", "nb"))["code"] == "internal-error"


async def test_a_status_without_a_refusal_is_still_answered_in_norwegian() -> None:
    answer = await _send("GET", "/errors/gone", "nb")

    assert (answer["code"], answer["title"]) == ("http-error", "Forespørselen kan ikke besvares")


async def test_invalid_fields_are_explained_in_the_callers_language() -> None:
    body = {"price": "10.001", "day": "tomorrow", "colour": "red"}

    nb = await _send("POST", "/parts", "nb", json=body)
    en = await _send("POST", "/parts", "en", json=body)

    assert {error["pointer"]: error["message"] for error in nb["errors"]} == {
        "/name": "Feltet må fylles ut.",
        "/price": "Et beløp i kroner har høyst to desimaler.",
        "/day": "Verdien må være en dato, som «2026-11-23».",
        "/colour": "Feltet er ukjent her.",
    }
    assert [error["code"] for error in nb["errors"]] == [error["code"] for error in en["errors"]]
    assert {error["pointer"]: error["message"] for error in en["errors"]}["/name"] == "Field required"


@pytest.mark.parametrize(("language", "words"), [("nb", "ikke gyldig JSON. (tegn"), ("en", "(character")])
async def test_malformed_json_is_explained_in_the_callers_language(language: str, words: str) -> None:
    answer = await _send("POST", "/parts", language, content=b"{nope")

    assert answer["code"] == "malformed-json"
    assert words in answer["errors"][0]["message"]


@pytest.mark.parametrize(("unknown", "listed", "left_out"), [(96, 99, None), (97, 100, None), (5000, 100, 4903)])
async def test_at_most_a_hundred_errors_are_listed_and_the_rest_is_counted(
    unknown: int, listed: int, left_out: int | None
) -> None:
    body = {f"field_{number}": 1 for number in range(unknown)}

    answer = await _send("POST", "/parts", "en", json=body)

    assert (len(answer["errors"]), answer.get("errors_left_out")) == (listed, left_out)
