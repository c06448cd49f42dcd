"""One service as its own process: RabbitMQ, its own database, its own web app. What a container runs."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from cli.access import wrong_broker_access, wrong_database_access
from services.system import load, service_spec, subscribed_queues
from shared.clock import Clock, OffsetClock, SystemClock
from shared.db.migrate import is_at_head
from shared.garbage import collect_rarely
from shared.http.app import build_app
from shared.http.operations import build_operations_app
from shared.messaging.dead_letters import park_dead_letters
from shared.messaging.rabbit import QueueMissing, RabbitBus
from shared.messaging.topology import dropped_queues
from shared.observability import logs, tracing
from shared.runtime import Runtime, running
from shared.service import Service
from shared.settings import CommonSettings

OBJECTS_BETWEEN_COLLECTIONS = 10_000
"""Requests and messages leave few cycles behind. Python's default is 700."""


class CannotStart(RuntimeError):
    """Something that the service needs is missing; the message says what to do."""


async def run_service(name: str, settings: CommonSettings) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is in hand.

    Raises:
        CannotStart: the database does not answer or is not migrated, nearly anybody could use it or the broker, the
            broker lacks a queue, or tracing is on but not installed.
        LookupError: there is no such service.
    """
    logs.configure(settings.log_level, as_json=settings.log_json)
    service = load(name)
    if settings.otlp_endpoint:
        _configure_tracing(settings.otlp_endpoint, name)
    await asyncio.to_thread(_check_access, service, settings)
    async with serving_runtime(service, settings) as runtime:
        sites = sites_of(runtime)
        collect_rarely(OBJECTS_BETWEEN_COLLECTIONS)
        await serve(*sites)


def _configure_tracing(endpoint: str, service: str) -> None:
    try:
        tracing.configure(endpoint, service)
    except ModuleNotFoundError as error:
        raise CannotStart(
            f"FAKTURA_OTLP_ENDPOINT is set, but the extra `tracing` is not installed ({error})"
        ) from error


def _check_access(service: Service[Any], settings: CommonSettings) -> None:
    try:
        wrong = wrong_broker_access(settings, service.name) or wrong_database_access(settings, service.name)
        at_head = is_at_head(settings.database(service.name), service.migrations)
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise CannotStart(
            f"the database of {service.name} cannot be reached ({reason}); see FAKTURA_DATABASE_URL"
        ) from error
    if wrong:
        raise CannotStart(wrong)
    if not at_head:
        raise CannotStart(
            f"the database of {service.name} is not at the head of its migrations; run `migrate {service.name}`"
        )


@asynccontextmanager
async def serving_runtime(service: Service[Any], settings: CommonSettings) -> AsyncIterator[Runtime[Any]]:
    """The service on RabbitMQ. The queues of all services come first, so that no event is lost."""
    bus = await RabbitBus.connect(settings.amqp_url.get_secret_value(), service.name, settings.broker_users)
    try:
        await _prepare_queues(bus)
        async with running(service, settings, clock_of(settings), bus) as runtime:
            if settings.otlp_endpoint:
                tracing.trace_engine(runtime.database.engine)
            await park_dead_letters(bus, runtime.name, runtime.database, runtime.pipeline)
            yield runtime
    finally:
        await bus.close()


async def _prepare_queues(bus: RabbitBus) -> None:
    try:
        await bus.declare_queues(subscribed_queues())
        await bus.unbind_queues(dropped_queues())
    except QueueMissing as error:
        raise CannotStart(
            f"the broker has no queue {error}; import what `broker-definitions` prints, then start again"
        ) from error


def clock_of(settings: CommonSettings) -> Clock:
    return SystemClock() if settings.clock_offset_file is None else OffsetClock(settings.clock_offset_file)


@dataclass(frozen=True)
class Site:
    """An app and where it is served. `connections` limits those that are open at once."""

    app: FastAPI
    host: str
    port: int
    connections: int | None = None


def sites_of(runtime: Runtime[Any]) -> list[Site]:
    """The API, and the operations beside it when they have a port of their own."""
    settings, name = runtime.settings, runtime.name
    api = build_app([runtime.service], hosts=settings.hosts, operations=settings.operations_port is None)
    api.state.runtimes[name] = runtime
    port = service_spec(name).port if "port" not in settings.model_fields_set else settings.port
    site = Site(api, settings.host, port, settings.connections)
    if settings.operations_port is None:
        return [site]
    operations = build_operations_app(api, settings.hosts)
    return [site, Site(operations, settings.operations_host or settings.host, settings.operations_port)]


class QuietServer(uvicorn.Server):
    """Uvicorn without its own signal handling, which would end the process before the services are stopped."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(*sites: Site) -> None:
    """Serve HTTP until SIGINT or SIGTERM; returns when the last request is answered."""
    servers = [QuietServer(_config(site)) for site in sites]
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    await asyncio.gather(*(server.serve() for server in servers))


def _config(site: Site) -> uvicorn.Config:
    return uvicorn.Config(
        site.app,
        host=site.host,
        port=site.port,
        log_config=None,
        access_log=False,
        lifespan="on",
        limit_concurrency=site.connections,
        timeout_graceful_shutdown=10,
    )
