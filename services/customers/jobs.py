"""Work that the clock starts."""

from datetime import timedelta

from services.customers.tools import Tools
from services.customers.usecases.announce_keys import announce_keys
from shared.service import Job, JobContext


async def _announce_keys(context: JobContext[Tools]) -> int:
    async with context.database.unit(context.cause()) as work:
        await announce_keys(work)
    return 0


JOBS: tuple[Job[Tools], ...] = (Job("announce-keys", _announce_keys, every=timedelta(minutes=1)),)
