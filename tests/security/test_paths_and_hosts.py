"""Paths that two programs read differently, host names of others, forms from other sites, and the security headers."""

import re
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from dev.front_door import build_gateway
from dev.playground import pages
from dev.playground.actions import Playground
from dev.playground.mailbox import Mailbox
from services.system import NAMES
from shared.clock import SystemClock
from shared.http.app import build_app
from tests.support.raw_http import LOCAL, raw_request

UNCLEAR_PATHS = [
    "/v1/customers/../../metrics",
    "/v1/customers/%2e%2e/%2E%2e/metrics",
    "/v1/customers/.%2e/../metrics",
    "/v1/./customers",
    "/v1//customers",
    "//v1/customers",
    "/v1/customers%2f..%2F..%2fmetrics",
    "/v1/customers/..\\..\\metrics",
    "/v1/customers/%5c",
    "/v1/customers/%00",
    "/v1/customers/%0d%0aHost:x",
]
FORM = {"content-type": "application/x-www-form-urlencoded", "content-length": "0"}
ADDRESSES = dict.fromkeys(NAMES, "http://127.0.0.1:9")


@pytest.fixture(scope="module")
def built_gateway() -> FastAPI:
    return build_gateway(ADDRESSES, {"faktura.example"})


@pytest.fixture
def passed_on() -> list[httpx2.Request]:
    """What the gateway sent to the services."""
    return []


@pytest.fixture
def gateway(built_gateway: FastAPI, passed_on: list[httpx2.Request]) -> FastAPI:
    """A gateway before services that answer 200 to everything."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        passed_on.append(request)
        return httpx2.Response(200, json={})

    app = built_gateway
    app.state.client = httpx2.AsyncClient(transport=httpx2.MockTransport(answer), trust_env=False)
    return app


@pytest.fixture
def playground(tmp_path: Path) -> FastAPI:
    app = build_app([], hosts={"localhost"})
    pages.install(app, Mailbox(tmp_path), Playground("http://127.0.0.1:9", tmp_path, SystemClock()))
    return app


@pytest.mark.parametrize("path", UNCLEAR_PATHS)
async def test_the_gateway_refuses_an_unclear_path(
    gateway: FastAPI, passed_on: list[httpx2.Request], path: str
) -> None:
    answer = await raw_request(gateway, "GET", path)
    assert (answer.status, passed_on) == (400, [])
    assert b"unclear-path" in answer.body


@pytest.mark.parametrize("path", UNCLEAR_PATHS)
async def test_a_service_refuses_an_unclear_path(playground: FastAPI, path: str) -> None:
    assert (await raw_request(playground, "GET", path)).status == 400


async def test_the_gateway_passes_a_path_on_byte_for_byte(gateway: FastAPI, passed_on: list[httpx2.Request]) -> None:
    await raw_request(gateway, "GET", "/v1/customers/a%3Fb=1%23c%252e")
    assert [request.url.raw_path for request in passed_on] == [b"/v1/customers/a%3Fb=1%23c%252e"]


async def test_the_gateway_names_the_address_of_its_caller_and_no_other(
    gateway: FastAPI, passed_on: list[httpx2.Request]
) -> None:
    spoofed = {"x-forwarded-for": "192.0.2.1", "forwarded": "for=192.0.2.1"}
    await raw_request(gateway, "GET", "/v1/customers", LOCAL | spoofed)
    [headers] = [request.headers for request in passed_on]
    assert (headers.get_list("x-forwarded-for"), "forwarded" in headers) == (["127.0.0.1"], False)


@pytest.mark.parametrize("host", ["attacker.example", "localhost.attacker.example", "127.0.0.1.attacker.example", ""])
async def test_a_foreign_host_name_is_refused(gateway: FastAPI, playground: FastAPI, host: str) -> None:
    answers = [await raw_request(app, "GET", "/v1/customers", {"host": host}) for app in (gateway, playground)]
    assert [answer.status for answer in answers] == [421, 421]


@pytest.mark.parametrize(
    "host", ["faktura.example", "FAKTURA.example:443", "localhost:8000", "127.0.0.1", "[::1]:8000"]
)
async def test_known_host_names_and_addresses_are_answered(gateway: FastAPI, host: str) -> None:
    assert (await raw_request(gateway, "GET", "/v1/customers", {"host": host})).status == 200


@pytest.mark.parametrize(
    "sent_from",
    [
        {"origin": "http://attacker.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8001"},
        {"sec-fetch-site": "cross-site"},
    ],
    ids=str,
)
async def test_a_form_from_another_site_is_refused(playground: FastAPI, sent_from: dict[str, str]) -> None:
    answer = await raw_request(playground, "POST", "/print-shop", LOCAL | FORM | sent_from)
    assert (answer.status, b"foreign-origin" in answer.body) == (403, True)


@pytest.mark.parametrize("sent_from", [{"origin": "http://127.0.0.1:8000"}, {}], ids=str)
async def test_a_form_from_the_own_pages_is_accepted(playground: FastAPI, sent_from: dict[str, str]) -> None:
    assert (await raw_request(playground, "POST", "/print-shop", LOCAL | FORM | sent_from)).status == 303


@pytest.mark.parametrize("path", ["/", "/docs", "/health/live", "/v1/customers/nothing/here", "/nowhere", "/a//b"])
async def test_every_answer_has_the_security_headers(playground: FastAPI, gateway: FastAPI, path: str) -> None:
    for app in (playground, gateway):
        headers = (await raw_request(app, "GET", path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_the_pages_of_the_api_load_nothing_from_elsewhere(
    playground: FastAPI, gateway: FastAPI, path: str
) -> None:
    for app in (playground, gateway):
        page = await raw_request(app, "GET", path)
        loaded = re.findall(r"""(?:src|href)=["']([^"']+)""", page.body.decode())
        assert loaded
        assert [(await raw_request(app, "GET", address)).status for address in loaded] == [200] * len(loaded)
        assert "http" not in page.headers["content-security-policy"]


async def test_the_answer_to_an_unforeseen_error_has_the_security_headers(playground: FastAPI) -> None:
    @playground.get("/broken")
    async def broken() -> None:
        raise RuntimeError

    transport = httpx2.ASGITransport(app=playground, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        answer = await http.get("/broken")
    assert (answer.status_code, answer.headers["x-content-type-options"]) == (500, "nosniff")
