"""The front door of the customers service: clients, their customers, and the keys to the API."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.customers.api import router
from services.customers.errors import REFUSALS
from services.customers.handlers import REACTIONS
from services.customers.invariants import EVIDENCE, INVARIANTS
from services.customers.tables import CustomersBase
from services.customers.tools import Tools
from shared.contracts.customers import ApiKeyChanged, ClientChanged, CustomerChanged
from shared.objects import ObjectStore
from shared.runtime import Runtime
from shared.service import Service


@asynccontextmanager
async def tools(runtime: Runtime) -> AsyncIterator[Tools]:
    yield Tools(objects=ObjectStore.open(runtime.house.object_store))


SERVICE = Service(
    name="customers",
    tables=CustomersBase.metadata,
    migrations=Path(__file__).parent / "migrations",
    says=(ClientChanged, CustomerChanged, ApiKeyChanged),
    subscriptions=REACTIONS,
    router=router,
    refusals=REFUSALS,
    invariants=INVARIANTS,
    evidence=EVIDENCE,
    tools=tools,
)
