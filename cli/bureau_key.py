"""The bureau's first API keys: nobody can call the API before they exist."""

import asyncio

from services.customers.usecases.issue_bureau_key import issue_bureau_key
from services.system import load
from shared.clock import Clock
from shared.db.audit import Author
from shared.db.database import Cause, Database, open_engine
from shared.settings import CommonSettings


async def put_bureau_key(settings: CommonSettings, clock: Clock, secret: str, holder: str | None = None) -> None:
    """Make this secret a key of the bureau, of this person. The customers service publishes it as soon as it runs."""
    engine = open_engine(settings.database("customers"), application="bootstrap", pool_size=1)
    database = Database(engine, load("customers").tables.tables["outbox"], clock)
    try:
        async with database.unit(Cause("bootstrap", author=Author("command-line", "bureau-key"))) as work:
            await issue_bureau_key(work, "bootstrap", secret, holder=holder)
    finally:
        await asyncio.shield(database.close())
