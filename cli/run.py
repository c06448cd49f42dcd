"""One service as its own process: RabbitMQ, its own database, its own web app. What a container runs."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from services.system import load, service_spec, subscribed_queues
from shared.clock import Clock, OffsetClock, SystemClock
from shared.db.migrate import is_at_head
from shared.http.app import build_app
from shared.messaging.rabbit import RabbitBus, RabbitDelivery
from shared.observability import logs, tracing
from shared.runtime import Runtime, running
from shared.service import Service
from shared.settings import CommonSettings


class NoDatabase(RuntimeError):
    """The service's database does not answer."""


class NotMigrated(RuntimeError):
    """The database is not at the head of its migrations: `./faktura migrate` brings it there."""


async def run_service(name: str, settings: CommonSettings) -> None:
    """Serve until told to stop, then finish what is in hand."""
    logs.configure(settings.log_level, as_json=settings.log_json)
    if settings.otlp_endpoint:
        tracing.configure(settings.otlp_endpoint, name)
    service = load(name)
    await asyncio.to_thread(_check_database, service, settings)
    async with serving_runtime(service, settings) as runtime:
        app = build_app([service])
        app.state.runtimes[name] = runtime
        port = service_spec(name).port if "port" not in settings.model_fields_set else settings.port
        await serve(app, settings.host, port)


def _check_database(service: Service[Any], settings: CommonSettings) -> None:
    try:
        at_head = is_at_head(settings.database(service.name), service.migrations)
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise NoDatabase(
            f"the database of {service.name} cannot be reached ({reason}); see FAKTURA_DATABASE_URL"
        ) from error
    if not at_head:
        raise NotMigrated(
            f"the database of {service.name} is not at the head of its migrations; run ./faktura migrate {service.name}"
        )


@asynccontextmanager
async def serving_runtime(service: Service[Any], settings: CommonSettings) -> AsyncIterator[Runtime[Any]]:
    """The service on RabbitMQ, with every queue of the house declared before anyone speaks."""
    bus = await RabbitBus.connect(settings.amqp_url.get_secret_value(), service.name)
    try:
        await bus.declare_queues(subscribed_queues())
        async with running(service, settings, clock_of(settings), bus) as runtime:
            if settings.otlp_endpoint:
                tracing.trace_engine(runtime.database.engine)
            await _file_dead_letters(runtime, bus)
            yield runtime
    finally:
        await bus.close()


def clock_of(settings: CommonSettings) -> Clock:
    return SystemClock() if settings.clock_offset_file is None else OffsetClock(settings.clock_offset_file)


async def _file_dead_letters(runtime: Runtime[Any], bus: RabbitBus) -> None:
    """What the broker gave up on is parked under the consumer it was meant for: one place to look."""
    if not runtime.service.subscriptions:
        return
    background: set[asyncio.Task[None]] = set()

    def receive(letter: RabbitDelivery) -> None:
        pipeline = runtime.pipeline(_meant_for(letter.headers)) or runtime.any_pipeline()
        filing = asyncio.create_task(
            pipeline.park(letter, "returned too often: handling it ends the process each time")
        )
        background.add(filing)
        filing.add_done_callback(background.discard)

    await bus.listen_for_dead(receive)


def _meant_for(headers: Mapping[str, Any]) -> str:
    """The queue that the message died in."""
    return str(headers.get("x-first-death-queue", ""))


class QuietServer(uvicorn.Server):
    """Uvicorn without its own signal handling, which would end the process before the services are stopped."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(app: FastAPI, host: str, port: int) -> None:
    """Serve HTTP until SIGINT or SIGTERM; returns when the last request is answered."""
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, access_log=False, lifespan="on", timeout_graceful_shutdown=10
    )
    server = QuietServer(config)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    await server.serve()
