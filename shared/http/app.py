"""The web app of one service, or of all: routers, problems, correlation ids, health and OpenAPI."""

import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from fastapi.telemetry import TelemetryConfig
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http import api_pages, edge, health, problems, throttle
from shared.http.documentation import DocumentedApp
from shared.http.edge import PlainRequests
from shared.ids import new_id
from shared.observability.logs import correlated
from shared.observability.metrics import REQUESTS
from shared.problems import Refusal
from shared.service import Service

CORRELATION_HEADER = b"x-correlation-id"
CORRELATION_MAX = 100

TELEMETRY: TelemetryConfig = {"operation_spans": False, "logs": False}
"""One span per request. Logs would repeat the values that failed validation, and those are personal data."""

DESCRIPTION = """
Everything that a client of the bureau can do, by API. Amounts are integer øre; quantities, prices and percentages are
decimals written as text. Every POST that creates takes an `Idempotency-Key`. Errors are RFC 9457 problems.

What was just registered can be used at once. An answer to a call that changed something has `Faktura-Seen`; send it
with later calls, and their answers reflect that change, whichever service they ask. What follows from it in turn, such
as the mail of an invoice, takes its time.
"""


def build_app(
    services: Sequence[Service[Any]],
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
    *,
    hosts: Collection[str] = (),
    operations: bool = True,
) -> FastAPI:
    """An app for these services, that answers to these host names (to any when there are none).

    With `operations` it also has health, metrics and the API's documentation; see operations.py.

    The lifespan or the caller fills `app.state.runtimes` with running services, by name.
    """
    app = DocumentedApp(
        title="Fakturaservice",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan or _no_lifespan,
        redirect_slashes=False,
        openapi_url=api_pages.DOCUMENT if operations else None,
        docs_url=None,
        redoc_url=None,
        telemetry=TELEMETRY,
    )
    app.state.runtimes = {}
    app.state.throttles = {}
    if operations:
        app.include_router(health.router)
        app.include_router(api_pages.router)
    for service in services:
        app.include_router(service.router)
    problems.install(app, {error: refusal for service in services for error, refusal in service.refusals.items()})
    _add_problem_pages(app, services)
    app.add_middleware(PlainRequests, hosts=hosts)
    app.add_middleware(Correlation)
    return app


@asynccontextmanager
async def _no_lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield


def _add_problem_pages(app: FastAPI, services: Sequence[Service[Any]]) -> None:
    """The page that a problem's `type` points to: its sentence in both languages."""
    refusals: dict[str, Refusal] = {
        refusal.code: refusal
        for refusal in (*problems.COMMON_REFUSALS.values(), problems.NOT_YET_KNOWN, *edge.REFUSALS, *throttle.REFUSALS)
    }
    refusals |= {refusal.code: refusal for service in services for refusal in service.refusals.values()}

    @app.get(problems.PAGE + "{code}", include_in_schema=False)
    async def explain(code: str) -> PlainTextResponse:
        refusal = refusals.get(code)
        if refusal is None:
            return PlainTextResponse(f"{code}\n", status_code=404)
        return PlainTextResponse(f"{code} ({refusal.status})\n\nnb: {refusal.nb}\nen: {refusal.en}\n")


class Correlation:
    """One id from the API call to the ledger entry: the caller's own, or a new one. Also measures each request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        correlation = _correlation_of_caller(scope) or str(new_id())
        started = time.perf_counter()
        status = "500"

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
                message["headers"] = [*message["headers"], (CORRELATION_HEADER, correlation.encode())]
            await send(message)

        with correlated(correlation):
            try:
                await self._app(scope, receive, with_id)
            finally:
                route = getattr(scope.get("route"), "path", "unmatched")
                REQUESTS.labels(route, scope["method"], status).observe(time.perf_counter() - started)


def _correlation_of_caller(scope: Scope) -> str | None:
    """The caller's id, if it is safe to write to a log."""
    for name, value in scope["headers"]:
        if name == CORRELATION_HEADER:
            text = str(value.decode("latin-1"))
            return text if 0 < len(text) <= CORRELATION_MAX and text.isprintable() and text.isascii() else None
    return None
