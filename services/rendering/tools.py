"""What rendering reaches outside its database and the bus: the renderer and the object store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.rendering.adapters.blank import BlankRenderer
from services.rendering.adapters.pool import open_pool
from services.rendering.adapters.renderer import Renderer
from services.rendering.settings import RenderingSettings
from shared.objects import ObjectStore
from shared.service import Host


@dataclass(frozen=True)
class Tools:
    settings: RenderingSettings
    renderer: Renderer
    objects: ObjectStore


@asynccontextmanager
async def open_tools(host: Host) -> AsyncIterator[Tools]:
    """Starts the child processes, unless the settings ask for blank pages."""
    settings = RenderingSettings()
    objects = ObjectStore.open(host.settings.object_store)
    if settings.engine == "blank":
        yield Tools(settings, BlankRenderer(), objects)
        return
    async with open_pool(settings) as pool:
        yield Tools(settings, pool, objects)
