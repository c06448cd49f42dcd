"""`retention`: prune now what the services prune by themselves."""

from cli.console import console
from cli.databases import opened
from cli.run import clock_of
from services.system import NAMES
from shared.retention import prune
from shared.settings import CommonSettings


async def prune_all(settings: CommonSettings) -> bool:
    """Prune the databases of all services, and print how many rows of each kind were old."""
    for name in NAMES:
        async with opened(name, settings, "retention", clock_of(settings)) as database:
            counts = await prune(name, database, settings)
        console.print(f"{name}: " + ", ".join(f"{rows} {what}" for what, rows in counts.items()), markup=False)
    return True
