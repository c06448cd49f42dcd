"""All services in one process, on the in-process bus. What `./faktura up` runs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from cli.run import clock_of
from services.system import NAMES, load
from shared.messaging.memory import MemoryBus
from shared.runtime import Runtime
from shared.settings import CommonSettings


@asynccontextmanager
async def all_services(
    settings: CommonSettings, new_bus: Callable[[], MemoryBus] = MemoryBus
) -> AsyncIterator[dict[str, Runtime[Any]]]:
    """Every service started, by name; on exit all of them finish what is in hand.

    All subscribe before any begins to publish: the in-process bus keeps nothing for later subscribers.
    """
    bus = new_bus()
    runtimes = {name: Runtime(load(name), settings, clock_of(settings), bus) for name in NAMES}
    for runtime in runtimes.values():
        await runtime.attach()
    for runtime in runtimes.values():
        runtime.begin()
    try:
        yield runtimes
    finally:
        await bus.stop_listening()
        await asyncio.gather(*(runtime.stop() for runtime in runtimes.values()))
        await bus.close()
