"""The front door when every service is its own process: passes each request on to the service that answers its path.

In production a reverse proxy does this from the same map.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException

from services.system import NAMES, SYSTEM, load
from shared.http import api_pages, problems
from shared.http.app import CORRELATION_HEADER, Correlation, build_app
from shared.http.edge import GuardedApp, PlainRequests
from shared.http.limits import JsonRoute, bounded
from shared.observability.logs import correlation_id

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
TIMEOUT_S = 120.0
_BETWEEN_HOPS = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host", "te", "upgrade"})
_CORRELATION = CORRELATION_HEADER.decode()
_FORWARDED_FOR = "x-forwarded-for"
_NOT_ONWARD = (_BETWEEN_HOPS - {"content-length"}) | {_CORRELATION, _FORWARDED_FOR, "x-forwarded-proto", "forwarded"}
_NOT_BACK = _BETWEEN_HOPS | {"content-encoding", _CORRELATION}


def owner_of(path: str) -> str | None:
    """The service that answers a path: the longest matching template wins, `{x}` matches one segment."""
    segments = path.strip("/").split("/")
    matches = [
        (len(parts), spec.name)
        for spec in SYSTEM
        for template in spec.paths
        if _fits(parts := template.strip("/").split("/"), segments)
    ]
    return max(matches)[1] if matches else None


def _fits(template: list[str], path: list[str]) -> bool:
    return len(template) <= len(path) and all(
        part.startswith("{") or part == segment for part, segment in zip(template, path, strict=False)
    )


def build_gateway(addresses: Mapping[str, str], hosts: Collection[str] = ()) -> FastAPI:
    """An app that passes requests on; `addresses` are the services' base addresses by name.

    It answers to these host names (to any when there are none).
    """
    app = GuardedApp(title="Fakturaservice", lifespan=_with_client, openapi_url=None, docs_url=None, redoc_url=None)
    problems.install(app, {})
    all_services = build_app([load(name) for name in NAMES])
    app.state.addresses = dict(addresses)
    app.state.bounds = _widest_bounds(all_services)
    app.add_api_route("/openapi.json", lambda: JSONResponse(all_services.openapi()), include_in_schema=False)
    app.add_api_route("/health/live", _live)
    app.add_api_route("/health/ready", _ready)
    app.include_router(api_pages.router)
    app.add_api_route("/v1/{path:path}", _pass_on, methods=METHODS)
    app.add_api_route("/problems/{code}", _explain)
    app.add_middleware(PlainRequests, hosts=hosts)
    app.add_middleware(Correlation)
    return app


def _widest_bounds(app: FastAPI) -> tuple[int, float, float]:
    """The most bytes, seconds between two parts, and seconds in all, that any route gives a body.

    Bodies are passed on as they come, so the service enforces the limits of its own route.
    """
    routes = [context.original_route for context in iter_route_contexts(app.routes)]
    bounds = [
        (route.max_bytes, route.max_pause_s, route.max_seconds) for route in routes if isinstance(route, JsonRoute)
    ]
    max_bytes, max_pause_s, max_seconds = (max(values) for values in zip(*bounds, strict=True))
    return int(max_bytes), max_pause_s, max_seconds


@asynccontextmanager
async def _with_client(app: FastAPI) -> AsyncIterator[None]:
    limits = httpx2.Limits(max_connections=100)
    async with httpx2.AsyncClient(timeout=TIMEOUT_S, limits=limits, trust_env=False) as app.state.client:
        yield


async def _live() -> dict[str, str]:
    return {"status": "live"}


async def _ready(request: Request) -> JSONResponse:
    states = await asyncio.gather(
        *(_state_of(request.app, name, address) for name, address in request.app.state.addresses.items())
    )
    services = {name: state for answer in states for name, state in answer.items()}
    ready = all(all(state.values()) for state in services.values())
    return JSONResponse({"ready": ready, "services": services}, status_code=200 if ready else 503)


async def _state_of(app: FastAPI, name: str, address: str) -> dict[str, Any]:
    try:
        answer = await app.state.client.get(f"{address}/health/ready", timeout=5)
        return dict(answer.json()["services"])
    except (httpx2.HTTPError, ValueError, KeyError) as error:
        return {name: {"ready": False, "reason": type(error).__name__}}


async def _explain(request: Request, code: str) -> Response:
    for address in request.app.state.addresses.values():
        answer = await request.app.state.client.get(f"{address}/problems/{code}")
        if answer.status_code == httpx2.codes.OK:
            return Response(answer.content, media_type="text/plain")
    raise HTTPException(404)


def _onward(request: Request) -> list[tuple[str, str]]:
    """The caller's headers, with its address and with the correlation id that the call was given here."""
    passed_on = [(name, value) for name, value in request.headers.items() if name not in _NOT_ONWARD]
    address = request.client.host if request.client else ""
    return [*passed_on, (_FORWARDED_FOR, address), (_CORRELATION, correlation_id() or "")]


def _body(request: Request) -> AsyncIterator[bytes] | None:
    """The body, passed on as it comes and never held; None when there is none."""
    if not {"content-length", "transfer-encoding"} & set(request.headers):
        return None
    return Request(request.scope, bounded(request.receive, *request.app.state.bounds)).stream()


def _target(request: Request, address: str) -> httpx2.URL:
    """The path and query byte for byte: decoded and encoded again, they could name something else."""
    query = request.scope["query_string"]
    raw_path = request.scope["raw_path"] + (b"?" + query if query else b"")
    return httpx2.URL(address).copy_with(raw_path=raw_path)


async def _pass_on(request: Request) -> Response:
    owner = owner_of(request.url.path)
    if owner is None:
        raise HTTPException(404)
    try:
        answer = await request.app.state.client.request(
            request.method,
            _target(request, request.app.state.addresses[owner]),
            headers=_onward(request),
            content=_body(request),
        )
    except httpx2.HTTPError:
        raise HTTPException(503, headers={"Retry-After": "1"}) from None
    headers = {name: value for name, value in answer.headers.items() if name not in _NOT_BACK}
    return Response(answer.content, answer.status_code, headers)
