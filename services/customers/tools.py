"""What this service reaches outside its database and the bus: the object store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.objects import ObjectStore
from shared.service import Host


@dataclass(frozen=True)
class Tools:
    objects: ObjectStore
    """The logos, under the hash of their bytes."""


@asynccontextmanager
async def open_tools(host: Host) -> AsyncIterator[Tools]:
    yield Tools(ObjectStore.open(host.settings.object_store))
