"""Work that the clock starts."""

from services.payments.tools import Tools
from services.payments.usecases.find_overdue import find_overdue
from shared.service import Job, JobContext


async def _find_overdue(context: JobContext[Tools]) -> int:
    tools = context.tools
    async with context.database.unit(context.cause()) as work:
        settings = tools.settings
        return await find_overdue(work, tools.calendar, settings.reminder_minimum_ore, settings.overdue_batch)


JOBS: tuple[Job[Tools], ...] = (Job("find-overdue", _find_overdue),)
