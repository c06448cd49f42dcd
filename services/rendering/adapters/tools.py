"""What a running rendering service holds open: the renderer and the object store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.rendering.adapters.blank import BlankRenderer
from services.rendering.adapters.pool import open_pool
from services.rendering.adapters.renderer import Renderer
from services.rendering.settings import RenderingSettings
from shared.objects import ObjectStore


@dataclass(frozen=True)
class Tools:
    renderer: Renderer
    objects: ObjectStore


@asynccontextmanager
async def open_tools(settings: RenderingSettings, objects: ObjectStore) -> AsyncIterator[Tools]:
    """Children for WeasyPrint; none for the blank page of the benchmark."""
    if settings.engine == "blank":
        yield Tools(BlankRenderer(), objects)
        return
    async with open_pool(settings) as pool:
        yield Tools(pool, objects)
