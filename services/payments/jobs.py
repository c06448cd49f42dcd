"""What the clock sets off here."""

from services.payments.settings import Tools
from services.payments.usecases.find_overdue import find_overdue
from shared.runtime import Runtime
from shared.service import Job


async def _scan(runtime: Runtime) -> int:
    tools: Tools = runtime.tools
    async with runtime.database.unit(runtime.cause()) as work:
        return await find_overdue(work, tools.calendar, tools.settings.overdue_batch)


JOBS: tuple[Job, ...] = (Job("find-overdue", _scan),)
