"""`retention`: prune now what the services prune by themselves."""

from cli.console import console
from cli.run import clock_of
from services.system import NAMES, load
from shared.db.database import Database, open_engine
from shared.retention import prune
from shared.settings import CommonSettings


async def prune_all(settings: CommonSettings) -> bool:
    """Prune the databases of all services, and print how many rows of each kind were old."""
    for name in NAMES:
        engine = open_engine(settings.database(name), application=f"retention-{name}", pool_size=1)
        database = Database(engine, load(name).tables.tables["outbox"], clock_of(settings))
        try:
            counts = await prune(name, database, settings)
        finally:
            await database.close()
        console.print(f"{name}: " + ", ".join(f"{rows} {what}" for what, rows in counts.items()), markup=False)
    return True
