"""What customers reaches outside its database and the bus."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.objects import ObjectStore
from shared.service import Host


@dataclass(frozen=True)
class Tools:
    objects: ObjectStore
    """Where logos lie, by the hash of their bytes."""


@asynccontextmanager
async def open_tools(host: Host) -> AsyncIterator[Tools]:
    yield Tools(ObjectStore.open(host.settings.object_store))
