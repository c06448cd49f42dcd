"""What befalls processes in production: they die, freeze, lose their database, and meet queues that take nothing."""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx2

from dev.local.processes import ServiceProcess
from dev.local.system import wait_until_ready
from shared.ids import new_id
from tests.support.eventually import eventually
from tests.support.local_system import SystemUnderTest
from tests.support.proxy import Proxy, proxy_to_socket

FROZEN_S = 7.0
"""Longer than the leases of the test: what a frozen process held is taken over, and it awakes to find that."""
BACKING_OFF = re.compile(r'^faktura_outbox_events{.*state="backing off"} (\S+)$', re.MULTILINE)
NOT_ACCEPTED = re.compile(r"^faktura_not_accepted_total{.*} (\S+)$", re.MULTILINE)
T = TypeVar("T")
BEHIND_PROXIES = ("documents", "ledger", "payments")


@dataclass(frozen=True)
class World:
    """The system, with a proxy before some of its databases."""

    system: SystemUnderTest
    proxies: dict[str, Proxy]
    rng: random.Random
    customer: str
    issued: list[dict[str, Any]] = field(default_factory=list)

    async def sell(self) -> dict[str, Any]:
        """Issue an invoice, whatever befalls the system meanwhile."""
        draft = await accepted(partial(self.system.draft, self.customer))
        sale = await accepted(partial(self.system.post, f"/v1/invoices/{draft}/issue", key=new_id()))
        self.issued.append(sale)
        return sale


Fault = Callable[[World], Awaitable[str]]
"""Lets something go wrong, puts it right, and returns what it befell. One that had no effect raises."""


def kill(*processes: str) -> Fault:
    """kill -9 of one of these, and a new process."""

    async def kill_one(world: World) -> str:
        victim = world.rng.choice(processes)
        await world.system.local.processes[victim].kill()
        await world.system.local.processes[victim].start()
        # A process that cannot reach its database when it starts ends, for its supervisor to start it again.
        await eventually(lambda: _is_ready(world.system, victim), within=60, every=0.2)
        return victim

    return kill_one


async def freeze(world: World) -> str:
    """SIGSTOP of one copy of two: the other goes on, and takes over what the frozen one held."""
    victim = world.rng.choice(("delivery", "delivery-2", "rendering", "rendering-2"))
    world.system.local.processes[victim].freeze()
    await asyncio.sleep(FROZEN_S)
    world.system.local.processes[victim].thaw()
    return victim


async def black_hole(world: World) -> str:
    """The network to a database swallows everything; then the connections break and new ones go through."""
    victim = world.rng.choice(BEHIND_PROXIES)
    world.proxies[victim].black_hole()
    await eventually(lambda: _is_unready(world.system, victim), within=30, every=0.2)
    world.proxies[victim].heal()
    return victim


async def full_queue(world: World) -> str:
    """A consumer that is away and queues that hold one message: the broker refuses the others with a nack."""
    broker, ledger = world.system.local.broker, world.system.local.processes["ledger"]
    assert broker is not None
    refused_before = await _refused_by_queues(world.system)
    await ledger.kill()
    limit = ("set_policy", "full", r"^ledger\..*", '{"max-length":1}', "--apply-to", "queues")
    await asyncio.to_thread(broker.control, *limit)
    await eventually(lambda: _sale_is_refused(world, refused_before), within=30, every=0.2)
    await ledger.start()
    # Before the limit is lifted: a queue that was over its limit when that went refuses open channels for ever.
    await eventually(lambda: _nothing_backs_off(world.system), within=90, every=0.5)
    await asyncio.to_thread(broker.control, "clear_policy", "full")
    return "ledger"


FAULTS: dict[str, Fault] = {
    "kill documents": kill("documents"),
    "kill payments": kill("payments"),
    "kill another": kill("rendering", "delivery", "ledger"),
    "freeze": freeze,
    "black hole": black_hole,
    "full queue": full_queue,
}


async def _is_unready(system: SystemUnderTest, name: str) -> bool:
    return not await _is_ready(system, name)


async def _is_ready(system: SystemUnderTest, name: str) -> bool:
    async with httpx2.AsyncClient(trust_env=False, timeout=10) as http:
        return (await http.get(f"{system.local.processes[name].address}/health/ready")).is_success


async def _nothing_backs_off(system: SystemUnderTest) -> bool:
    return not any((await system.counted(BACKING_OFF, "delivery", "payments")).values())


async def _sale_is_refused(world: World, before: int) -> bool:
    """Its own sales, so that the queues meet messages whatever the traffic does."""
    await world.sell()
    return await _refused_by_queues(world.system) > before


async def accepted(call: Callable[[], Awaitable[T]]) -> T:
    """Repeat a call that met a process which is down, frozen or without its database, with the same key: it may have
    been carried out without an answer."""

    async def attempt() -> T:
        async with asyncio.timeout(5):
            return await call()

    return await eventually(attempt, within=60, every=0.2)


async def _refused_by_queues(system: SystemUnderTest) -> int:
    return sum((await system.counted(NOT_ACCEPTED, "delivery", "delivery-2", "payments")).values())


@asynccontextmanager
async def world_of(system: SystemUnderTest, rng: random.Random, customer: str) -> AsyncIterator[World]:
    """The processes that may lose their database are started again behind a proxy."""
    async with AsyncExitStack() as stack:
        proxies = {}
        for name in BEHIND_PROXIES:
            proxies[name] = await stack.enter_async_context(proxy_to_socket(_socket(system, name)))
            await _start_behind(system.local.processes[name], proxies[name].port)
        await wait_until_ready(system.local)
        yield World(system, proxies, rng, customer)


def _socket(system: SystemUnderTest, service: str) -> Path:
    (folder,) = parse_qs(urlsplit(system.local.settings.database(service)).query)["host"]
    return Path(folder) / ".s.PGSQL.5432"


async def _start_behind(process: ServiceProcess, port: int) -> None:
    url = f"postgresql+psycopg://{{role}}@127.0.0.1:{port}/{{database}}"
    process.environment = {**process.environment, "FAKTURA_DATABASE_URL": url}
    await process.stop()
    await process.start()
