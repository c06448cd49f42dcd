"""The jobs that watch the clock: leases that are over, and promises that were broken."""

import structlog

from services.delivery.tools import Tools
from services.delivery.usecases.deliveries.report_delays import report_delays
from services.delivery.usecases.mails.expire_mail_leases import expire_mail_leases
from services.delivery.usecases.print_jobs.expire_print_leases import expire_print_leases
from shared.service import JobContext

EXPIRE = "expire-leases"
REPORT = "report-delays"

_log = structlog.get_logger(__name__)


async def expire_leases(context: JobContext[Tools]) -> int:
    """Of mails and of print jobs."""
    tools = context.tools
    if not tools.throttle.allows(EXPIRE):
        return 0
    async with context.database.unit(context.cause()) as work:
        mails = await expire_mail_leases(work, tools.terms)
        letters = await expire_print_leases(work)
    if mails:
        _log.warning("deliveries_uncertain", count=mails)
        tools.reconcile_soon()
    if mails + letters:
        tools.throttle.reset(EXPIRE)
    return mails + letters


async def report_delayed(context: JobContext[Tools]) -> int:
    tools = context.tools
    if not tools.throttle.allows(REPORT):
        return 0
    async with context.database.unit(context.cause()) as work:
        reported = await report_delays(work, tools.terms)
    if reported:
        tools.throttle.reset(REPORT)
    return reported
