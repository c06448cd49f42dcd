"""With a port of their own, health, metrics and documentation are not reachable where the API is."""

import asyncio
import os
import signal

import httpx2
import pytest
from fastapi import FastAPI

from cli.run import Site, serve
from dev.ports import free_port
from shared.http.app import build_app
from shared.http.operations import build_operations_app
from tests.support.eventually import eventually
from tests.support.raw_http import raw_request
from tests.support.served import LOOPBACK
from tests.support.service import ServiceUnderTest, StartService

OPERATIONS = ["/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs", "/redoc"]


@pytest.fixture
async def ledger(start: StartService) -> ServiceUnderTest:
    return await start("ledger")


@pytest.fixture
def api(ledger: ServiceUnderTest) -> FastAPI:
    app = build_app([ledger.runtime.service], operations=False)
    app.state.runtimes["ledger"] = ledger.runtime
    return app


async def test_operations_are_on_their_own_port_only(api: FastAPI) -> None:
    operations = build_operations_app(api)
    for path in OPERATIONS:
        answers = [await raw_request(app, "GET", path) for app in (api, operations)]
        assert [answer.status for answer in answers] == [404, 200], path


async def test_the_api_is_not_on_the_operations_port(api: FastAPI) -> None:
    answers = [await raw_request(app, "GET", "/v1/ledger/entries") for app in (api, build_operations_app(api))]
    assert [answer.status for answer in answers] == [401, 404]


async def test_without_the_setting_one_port_has_both(ledger: ServiceUnderTest) -> None:
    answers = [await ledger.http.get(path) for path in (*OPERATIONS, "/v1/ledger/entries")]
    assert [answer.status_code for answer in answers] == [200] * len(OPERATIONS) + [401]


async def test_the_document_on_the_operations_port_describes_the_api(api: FastAPI) -> None:
    answer = await raw_request(build_operations_app(api), "GET", "/openapi.json")
    assert b'"/v1/ledger/entries"' in answer.body
    assert b'"/health' not in answer.body


async def test_the_operations_port_refuses_foreign_hosts_and_unclear_paths(api: FastAPI) -> None:
    operations = build_operations_app(api, {"faktura.example"})
    assert (await raw_request(operations, "GET", "/metrics", {"host": "attacker.example"})).status == 421
    assert (await raw_request(operations, "GET", "//metrics")).status == 400


async def test_both_ports_are_served_until_the_process_is_asked_to_stop(api: FastAPI) -> None:
    sites = [Site(app, LOOPBACK, free_port()) for app in (api, build_operations_app(api))]
    serving = asyncio.create_task(serve(*sites))

    async def statuses() -> list[int]:
        urls = [f"http://{LOOPBACK}:{site.port}/health/live" for site in sites]
        return [(await http.get(url)).status_code for url in urls]

    async with httpx2.AsyncClient(trust_env=False) as http:
        assert await eventually(statuses) == [404, 200]
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(serving, 20)
