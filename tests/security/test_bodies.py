"""A body is read only for a caller with a valid key, and never beyond the limit of its route."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import Request
from fastapi.routing import APIRoute, iter_route_contexts

from services.system import NAMES, load
from shared.db.database import Database
from shared.http.app import build_app
from shared.http.auth import KeyNews, Principal, authenticate
from shared.http.call import calls_of
from shared.http.limits import MAX_BYTES, JsonRoute
from tests.support.examples_customers import bureau_headers, client_body
from tests.support.service import StartService, once

CHUNK = b" " * 65536
ENDLESS = 1000
"""Chunks, 62 MiB: more than any JSON route accepts."""
JSON = {"Content-Type": "application/json"}


@dataclass
class ChunkedBody:
    """A body without a stated length, that counts what was read of it."""

    chunk: bytes = CHUNK
    read: int = field(default=0, init=False)

    async def chunks(self) -> AsyncIterator[bytes]:
        for _ in range(ENDLESS):
            self.read += len(self.chunk)
            yield self.chunk


def routes_of_the_api() -> Iterator[tuple[str, Any]]:
    for context in iter_route_contexts(build_app([load(name) for name in NAMES]).routes):
        if isinstance(context.original_route, APIRoute) and str(context.path_format).startswith("/v1"):
            yield f"{sorted(context.methods or ())} {context.path_format}", context.original_route


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer fs_test_guessed"}], ids=["no key", "a wrong key"])
@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        ("customers", "POST", "/v1/clients"),
        ("customers", "PUT", "/v1/clients/019ab5a1-0000-7000-8000-000000000000/logo"),
        ("documents", "POST", "/v1/invoices"),
        ("payments", "POST", "/v1/bank-files"),
    ],
)
async def test_nothing_is_read_of_a_body_without_a_valid_key(
    start: StartService, service: str, method: str, path: str, headers: dict[str, str]
) -> None:
    running, body = await start(service), ChunkedBody()
    answer = await running.http.request(method, path, content=body.chunks(), headers=once(JSON | headers))
    assert (answer.status_code, body.read) == (401, 0)
    assert await running.rows("select 1 from idempotency") == []


async def test_nothing_is_read_of_a_body_when_the_key_lacks_the_scope(start: StartService) -> None:
    documents, body = await start("documents"), ChunkedBody()
    key = await documents.key(None, "print_shop")
    answer = await documents.http.post("/v1/invoices", content=body.chunks(), headers=once(JSON | key))
    assert (answer.status_code, body.read) == (403, 0)


async def test_a_body_without_a_length_is_refused_as_soon_as_it_passes_the_limit(start: StartService) -> None:
    customers, body = await start("customers"), ChunkedBody()
    headers = once(JSON | await bureau_headers(customers))
    answer = await customers.http.post("/v1/clients", content=body.chunks(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert body.read <= MAX_BYTES + len(CHUNK)
    assert await customers.rows("select 1 from client") == []


async def test_a_stated_length_over_the_limit_is_refused_unread(start: StartService) -> None:
    customers, body = await start("customers"), ChunkedBody()
    headers = once(JSON | await bureau_headers(customers) | {"Content-Length": str(MAX_BYTES + 1)})
    answer = await customers.http.post("/v1/clients", content=body.chunks(), headers=headers)
    assert (answer.status_code, body.read) == (413, 0)


async def test_a_bank_file_may_be_larger_than_json(start: StartService) -> None:
    payments, body = await start("payments"), ChunkedBody(b" " * (MAX_BYTES // 500))
    headers = once(await payments.key(None, "bureau")) | {"Content-Type": "text/plain"}
    answer = await payments.http.post("/v1/bank-files", content=body.chunks(), headers=headers)
    assert (answer.status_code, body.read) == (422, ENDLESS * len(body.chunk))


def test_every_endpoint_of_the_api_checks_its_caller_before_the_body() -> None:
    routes = dict(routes_of_the_api())
    assert routes
    unguarded = [
        name for name, route in routes.items() if not (isinstance(route, JsonRoute) and any(calls_of(route.dependant)))
    ]
    assert unguarded == []


async def test_a_request_looks_its_key_up_once(start: StartService, monkeypatch: pytest.MonkeyPatch) -> None:
    customers = await start("customers")
    headers = once(await bureau_headers(customers))
    looked_up: list[str] = []

    async def counted(request: Request, database: Database, news: KeyNews) -> Principal:
        looked_up.append(request.url.path)
        return await authenticate(request, database, news)

    monkeypatch.setattr("shared.http.call.authenticate", counted)
    answer = await customers.http.post("/v1/clients", json=client_body(), headers=headers)
    assert (answer.status_code, looked_up) == (201, ["/v1/clients"])
