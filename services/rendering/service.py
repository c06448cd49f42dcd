"""The front door of rendering."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.rendering.adapters.tools import Tools, open_tools
from services.rendering.api import router
from services.rendering.errors import REFUSALS
from services.rendering.handlers import REACTIONS
from services.rendering.invariants import EVIDENCE, INVARIANTS
from services.rendering.settings import RenderingSettings
from services.rendering.tables import RenderingBase
from shared.contracts.rendering import DocumentHeld, DocumentRendered
from shared.objects import ObjectStore
from shared.runtime import Runtime
from shared.service import Service


@asynccontextmanager
async def _tools(runtime: Runtime) -> AsyncIterator[Tools]:
    async with open_tools(RenderingSettings(), ObjectStore.open(runtime.house.object_store)) as tools:
        yield tools


SERVICE = Service(
    name="rendering",
    tables=RenderingBase.metadata,
    migrations=Path(__file__).parent / "migrations",
    says=(DocumentRendered, DocumentHeld),
    subscriptions=REACTIONS,
    router=router,
    refusals=REFUSALS,
    invariants=INVARIANTS,
    evidence=EVIDENCE,
    tools=_tools,
)
