"""Open a stage: everything started in order, and stopped in order on the way out."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import httpx2
import uvicorn
from fastapi import FastAPI

from services.gateway import build_gateway
from services.playground import pages
from services.playground.actions import Keys, Playground
from services.playground.mailbox import Mailbox, mail_server
from services.run_all import all_services
from services.run_one import QuietServer, clock_of
from services.stage.databases import databases, migrate_all, put_bureau_key
from services.stage.plan import RABBIT, Plan, environment
from services.stage.processes import ServiceProcess, cast_of
from services.system import NAMES, SYSTEM, load
from shared.http.app import build_app
from shared.http.auth import new_secret
from shared.messaging.private_broker import PrivateBroker
from shared.polling import until
from shared.ports import free_port, is_free
from shared.settings import HouseSettings

READY_WITHIN_S = 90.0


class PortTaken(RuntimeError):
    """Somebody else serves on the port that was asked for."""


@dataclass
class Stage:
    """A house at work. `address` is its front door; `settings` are what every process of it was given."""

    plan: Plan
    address: str
    bureau_key: str
    house: HouseSettings
    mailbox: Mailbox
    playground: Playground
    settings: Mapping[str, str]
    processes: dict[str, ServiceProcess] = field(default_factory=dict)
    broker: PrivateBroker | None = None

    def introduce(self, client_key: str, print_shop_key: str) -> None:
        """Give the playground's pages the keys to act with."""
        self.playground.introduce(Keys(client_key, print_shop_key))

    def api(self, key: str) -> httpx2.AsyncClient:
        """A client of the public API."""
        headers = {"Authorization": f"Bearer {key}"}
        return httpx2.AsyncClient(base_url=self.address, headers=headers, timeout=120, trust_env=False)


@asynccontextmanager
async def opened(plan: Plan, bureau_key: str | None = None) -> AsyncIterator[Stage]:
    """A stage that is ready: every service attached, and the bureau's key known to all."""
    port = _port(plan)
    plan.data.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        urls = stack.enter_context(databases(plan.data / "postgres", fast=plan.fast_database))
        mail = stack.enter_context(mail_server(plan.data / "mail"))
        front = f"http://127.0.0.1:{port}"
        settings = environment(plan, *urls, (mail.host, mail.port), front)
        broker = await _broker(plan, stack)
        settings |= {"FAKTURA_AMQP_URL": broker.url if broker else plan.bus}
        stack.enter_context(_in_environment(settings))
        house = HouseSettings()
        await asyncio.to_thread(migrate_all, house)
        secret = bureau_key or new_secret(live=False)
        await put_bureau_key(house, clock_of(house), secret)
        playground = Playground(front, plan.data / "letters", clock_of(house))
        stage = Stage(plan, front, secret, house, mail.mailbox, playground, settings, broker=broker)
        app = await _cast(stage, stack)
        pages.install(app, mail.mailbox, playground)
        await stack.enter_async_context(_serving(app, port))
        await wait_until_ready(stage)
        yield stage


def _port(plan: Plan) -> int:
    """Asked before anything is started: to find out at the end would cost the newcomer a minute."""
    if plan.port and not is_free(plan.port):
        raise PortTaken(f"port {plan.port} is in use on this machine; choose another with --port")
    return plan.port or free_port()


async def wait_until_ready(stage: Stage) -> None:
    """Every service answers, is attached to the bus, and knows the bureau's key."""
    async with stage.api(stage.bureau_key) as api:
        await until(lambda: _is_ready(api), "all services ready", within_s=READY_WITHIN_S)


async def _is_ready(api: httpx2.AsyncClient) -> bool:
    try:
        if (await api.get("/health/ready")).status_code != httpx2.codes.OK:
            return False
        answers = [await api.get(place.owns[0]) for place in SYSTEM]
    except httpx2.HTTPError:
        return False
    return all(
        answer.status_code not in (httpx2.codes.UNAUTHORIZED, httpx2.codes.SERVICE_UNAVAILABLE) for answer in answers
    )


async def _cast(stage: Stage, stack: AsyncExitStack) -> FastAPI:
    """The services, in this process or each in its own, and the app that is their front door."""
    if stage.plan.one_process:
        app = build_app([load(name) for name in NAMES])
        app.state.runtimes = await stack.enter_async_context(all_services(stage.house, stage.plan.new_bus))
        return app
    stage.processes = cast_of(NAMES, stage.plan.copies, stage.settings, stage.plan.data / "logs")
    stack.push_async_callback(_stop_all, stage)
    for process in stage.processes.values():
        await process.start()
    return build_gateway({name: stage.processes[name].address for name in NAMES})


async def _stop_all(stage: Stage) -> None:
    await asyncio.gather(*(process.stop() for process in stage.processes.values()))


async def _broker(plan: Plan, stack: AsyncExitStack) -> PrivateBroker | None:
    if plan.bus != RABBIT:
        return None
    broker = PrivateBroker(plan.data / "rabbitmq")
    await asyncio.to_thread(broker.start)
    stack.push_async_callback(asyncio.to_thread, broker.stop)
    return broker


@contextmanager
def _in_environment(settings: Mapping[str, str]) -> Iterator[None]:
    """The settings are the environment's for as long as the stage stands: services read theirs from there."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@asynccontextmanager
async def _serving(app: FastAPI, port: int) -> AsyncIterator[None]:
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, access_log=False, timeout_graceful_shutdown=5
    )
    server = QuietServer(config)
    task = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await task
