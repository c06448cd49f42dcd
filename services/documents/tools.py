"""What documents reaches outside its database and the bus: the logos in the object store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.documents.adapters.logos import Logos
from shared.objects import ObjectStore
from shared.service import Host


@dataclass(frozen=True)
class Tools:
    logos: Logos


@asynccontextmanager
async def open_tools(host: Host) -> AsyncIterator[Tools]:
    yield Tools(Logos(ObjectStore.open(host.settings.object_store)))
