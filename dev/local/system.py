"""Start a local system in order, and stop it in order on exit."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import httpx2
import uvicorn
from fastapi import FastAPI

from cli.bureau_key import put_bureau_key
from cli.migrate import migrate_all
from cli.run import QuietServer, clock_of
from dev.front_door import build_gateway
from dev.local.broker import SystemBroker
from dev.local.databases import databases
from dev.local.environment import in_environment
from dev.local.plan import RABBIT, Plan, environment_of
from dev.local.processes import ServiceProcess, prepare_processes
from dev.one_process import all_services
from dev.playground import pages
from dev.playground.actions import Keys, Playground
from dev.playground.mailbox import Mailbox, mail_server
from dev.polling import until
from dev.ports import free_port, is_free
from services.system import NAMES, SYSTEM, load
from shared.http.app import build_app
from shared.http.auth import new_secret
from shared.messaging.origin import user_in
from shared.settings import CommonSettings

READY_WITHIN_S = 90.0
HOLDER = "berit@byraa.example"
CONTROLLER = "kaare@byraa.example"


@dataclass(frozen=True)
class BureauKeys:
    """The secrets of two persons at the bureau."""

    bureau: str
    controller: str


class PortTaken(RuntimeError):
    """Another program listens on the requested port."""


@dataclass
class LocalSystem:
    """A running system. `address` is its front door; `settings` are those of every process."""

    plan: Plan
    address: str
    bureau_key: str
    controller_key: str
    """Of the second person, who approves what takes two."""
    settings: CommonSettings
    mailbox: Mailbox
    playground: Playground
    environment: Mapping[str, str]
    processes: dict[str, ServiceProcess] = field(default_factory=dict)
    broker: SystemBroker | None = None

    def set_keys(self, client_key: str, print_shop_key: str) -> None:
        """The keys that the playground's pages act with."""
        self.playground.set_keys(Keys(client_key, print_shop_key))

    def api(self, key: str) -> httpx2.AsyncClient:
        """An HTTP client of the public API."""
        headers = {"Authorization": f"Bearer {key}"}
        return httpx2.AsyncClient(base_url=self.address, headers=headers, timeout=120, trust_env=False)


@asynccontextmanager
async def local_system(plan: Plan, keys: BureauKeys | None = None) -> AsyncIterator[LocalSystem]:
    """A system that is ready: every service runs and knows the bureau's keys (new ones by default)."""
    port = _port(plan)
    plan.data.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        urls = stack.enter_context(databases(plan.data / "postgres", fast=plan.fast_database))
        mail = stack.enter_context(mail_server(plan.data / "mail"))
        address = f"http://127.0.0.1:{port}"
        environment = environment_of(plan, *urls, (mail.host, mail.port), address)
        broker = await _broker(plan, stack)
        if broker is None:
            environment |= {"FAKTURA_AMQP_URL": plan.bus, "FAKTURA_BROKER_USER": user_in(plan.bus)}
        stack.enter_context(in_environment(environment))
        settings = CommonSettings()
        await asyncio.to_thread(migrate_all, settings)
        keys = keys or BureauKeys(new_secret(live=False), new_secret(live=False))
        for secret, holder in ((keys.bureau, HOLDER), (keys.controller, CONTROLLER)):
            await put_bureau_key(settings, clock_of(settings), secret, holder)
        playground = Playground(address, plan.data / "letters", clock_of(settings))
        system = LocalSystem(
            plan=plan,
            address=address,
            bureau_key=keys.bureau,
            controller_key=keys.controller,
            settings=settings,
            mailbox=mail.mailbox,
            playground=playground,
            environment=environment,
            broker=broker,
        )
        app = await _start_services(system, stack)
        pages.install(app, mail.mailbox, playground)
        await stack.enter_async_context(_serving(app, port))
        await wait_until_ready(system)
        yield system


def _port(plan: Plan) -> int:
    """The port to serve on. Checked before anything is started, which may take a minute."""
    if plan.port and not is_free(plan.port):
        raise PortTaken(f"port {plan.port} is in use on this machine; choose another with --port")
    return plan.port or free_port()


async def wait_until_ready(system: LocalSystem) -> None:
    """Wait until every service answers, is attached to the bus, and knows the bureau's key."""
    async with system.api(system.bureau_key) as api:
        await until(lambda: _is_ready(api), "all services ready", within_s=READY_WITHIN_S)


async def _is_ready(api: httpx2.AsyncClient) -> bool:
    codes = httpx2.codes
    try:
        if (await api.get("/health/ready")).status_code != codes.OK:
            return False
        answers = [await api.get(spec.paths[0]) for spec in SYSTEM]
    except httpx2.HTTPError:
        return False
    return all(
        answer.status_code not in (codes.UNAUTHORIZED, codes.TOO_MANY_REQUESTS, codes.SERVICE_UNAVAILABLE)
        for answer in answers
    )


async def _start_services(system: LocalSystem, stack: AsyncExitStack) -> FastAPI:
    """Start the services, in this process or each in its own; returns the app that is their front door."""
    hosts = system.settings.hosts or {"localhost"}
    if system.plan.one_process:
        app = build_app([load(name) for name in NAMES], hosts=hosts)
        app.state.runtimes = await stack.enter_async_context(all_services(system.settings, system.plan.new_bus))
        return app
    environments = {name: {**system.environment, **_broker_access(system, name)} for name in NAMES}
    system.processes = prepare_processes(environments, system.plan.copies, system.plan.data / "logs")
    stack.push_async_callback(_stop_all, system)
    for process in system.processes.values():
        await process.start()
    return build_gateway({name: system.processes[name].address for name in NAMES}, hosts)


async def _stop_all(system: LocalSystem) -> None:
    await asyncio.gather(*(process.stop() for process in system.processes.values()))


def _broker_access(system: LocalSystem, service: str) -> dict[str, str]:
    """On the private broker every service has an address of its own."""
    return {"FAKTURA_AMQP_URL": system.broker.address(service)} if system.broker else {}


async def _broker(plan: Plan, stack: AsyncExitStack) -> SystemBroker | None:
    if plan.bus != RABBIT:
        return None
    broker = SystemBroker(plan.data / "rabbitmq")
    await asyncio.to_thread(broker.start)
    stack.push_async_callback(asyncio.to_thread, broker.stop)
    return broker


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
