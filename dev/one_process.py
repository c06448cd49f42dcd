"""One process: all services on the in-process bus, behind one web app. What `./faktura up` runs."""

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
    """Every service started; on the way out all of them finish what is in hand.

    All listen before the first one speaks: the in-process bus keeps nothing for those who come late.
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
