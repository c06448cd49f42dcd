"""What befalls processes in production: they die, freeze, lose their database, and meet queues that take nothing."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from dev.local.processes import ServiceProcess
from tests.support.local_system import SystemUnderTest
from tests.support.proxy import Proxy, proxy_to_socket

FROZEN_S = 7.0
"""Longer than the leases of the test: what a frozen process held is taken over, and it awakes to find that."""
AWAY_S = 4.0
BEHIND_PROXIES = ("documents", "ledger", "payments")


@dataclass(frozen=True)
class World:
    """The system, with a proxy before some of its databases."""

    system: SystemUnderTest
    proxies: dict[str, Proxy]
    rng: random.Random

    def one_of(self, *processes: str) -> str:
        return self.rng.choice(processes)


async def kill(world: World) -> str:
    """kill -9, and a new process."""
    victim = world.one_of("documents", "payments", "rendering", "delivery", "ledger")
    await world.system.local.processes[victim].kill()
    await world.system.local.processes[victim].start()
    return victim


async def freeze(world: World) -> str:
    """SIGSTOP of one copy of two: the other goes on, and takes over what the frozen one held."""
    victim = world.one_of("delivery", "delivery-2", "rendering", "rendering-2")
    world.system.local.processes[victim].freeze()
    await asyncio.sleep(FROZEN_S)
    world.system.local.processes[victim].thaw()
    return victim


async def black_hole(world: World) -> str:
    """The network to a database swallows everything; then the connections break and new ones go through."""
    victim = world.one_of(*BEHIND_PROXIES)
    world.proxies[victim].black_hole()
    await asyncio.sleep(AWAY_S)
    world.proxies[victim].heal()
    return victim


async def full_queue(world: World) -> str:
    """A frozen consumer and a queue that holds one message: the broker refuses the others with a nack."""
    victim = "ledger"
    broker, process = world.system.local.broker, world.system.local.processes[victim]
    assert broker is not None
    process.freeze()
    limit = ("set_policy", "full", rf"^{victim}\\..*", '{"max-length":1}', "--apply-to", "queues")
    await asyncio.to_thread(broker.control, *limit)
    await asyncio.sleep(AWAY_S)
    await asyncio.to_thread(broker.control, "clear_policy", "full")
    process.thaw()
    return victim


Fault = Callable[[World], Awaitable[str]]
FAULTS: tuple[Fault, ...] = (kill, kill, kill, freeze, black_hole, full_queue)


@asynccontextmanager
async def world_of(system: SystemUnderTest, rng: random.Random) -> AsyncIterator[World]:
    """The processes that may lose their database are started again behind a proxy."""
    async with AsyncExitStack() as stack:
        proxies = {}
        for name in BEHIND_PROXIES:
            proxies[name] = await stack.enter_async_context(proxy_to_socket(_socket(system, name)))
            await _start_behind(system.local.processes[name], proxies[name].port)
        yield World(system, proxies, rng)


def _socket(system: SystemUnderTest, service: str) -> Path:
    (folder,) = parse_qs(urlsplit(system.local.settings.database(service)).query)["host"]
    return Path(folder) / ".s.PGSQL.5432"


async def _start_behind(process: ServiceProcess, port: int) -> None:
    url = f"postgresql+psycopg://{{role}}@127.0.0.1:{port}/{{database}}"
    process.environment = {**process.environment, "FAKTURA_DATABASE_URL": url}
    await process.stop()
    await process.start()
