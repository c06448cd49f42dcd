"""What the clock, or a wake-up, sets going in delivery."""

import structlog

from services.delivery.adapters.smtp import RelayAway
from services.delivery.domain.delivery import Delivery
from services.delivery.store import deliveries
from services.delivery.tools import RESOLVE, Tools
from services.delivery.usecases.check_mail_log import questions_due
from services.delivery.usecases.expire_leases import expire_mail_leases, expire_print_leases
from services.delivery.usecases.resolve_delivery import resolve_by_mail_log
from services.delivery.usecases.tell_delays import tell_delays
from shared.service import Job, JobContext

EXPIRE = "expire-leases"
DELAYS = "tell-delays"

_log = structlog.get_logger(__name__)


async def send_ready(context: JobContext[Tools]) -> int:
    """Set due mails going. While the mail server is away nothing is taken up, so nothing loses its turn."""
    tools = context.tools
    try:
        if tools.mail.all_closed():
            if not await _any_ready(context):
                return 0
            await tools.mail.open_one()
        return await tools.mail.send_next(context.database, tools.ask_soon)
    except RelayAway as away:
        _log.warning("relay_away", reason=str(away))
        return 0


async def _any_ready(context: JobContext[Tools]) -> bool:
    now = context.clock.now()
    return bool(await context.database.read(lambda session: deliveries.any_ready(session, now)))


async def expire(context: JobContext[Tools]) -> int:
    """Leases that are over, of mails and of print jobs."""
    tools = context.tools
    if not tools.throttle.turn(EXPIRE):
        return 0
    async with context.database.unit(context.cause()) as work:
        mails = await expire_mail_leases(work, tools.settings.terms)
        letters = await expire_print_leases(work)
    if mails:
        _log.warning("deliveries_uncertain", count=mails)
        tools.ask_soon()
    if mails + letters:
        tools.throttle.at_once(EXPIRE)
    return mails + letters


async def resolve_uncertain(context: JobContext[Tools]) -> int:
    """Ask the witness about uncertain mails; without a witness they stay listed until a person resolves them."""
    tools = context.tools
    if tools.mail_log is None or not tools.throttle.turn(RESOLVE):
        return 0
    async with context.database.unit(context.cause()) as work:
        due = await questions_due(work, tools.settings.mail_log_pause_s)
    resolved = 0
    for question in due:
        seen = await tools.mail_log.seen(question.delivery.message_id)
        if seen or (seen is False and question.uncertain_s >= tools.settings.mail_log_patience_s):
            resolved += await _resolve(context, question.delivery, seen=seen)
    if resolved:
        tools.ask_soon()
    return resolved


async def _resolve(context: JobContext[Tools], delivery: Delivery, *, seen: bool) -> int:
    tools = context.tools
    async with context.database.unit(context.cause()) as work:
        moved = await resolve_by_mail_log(work, delivery, seen=seen, terms=tools.settings.terms)
    _log.info("delivery_resolved", delivery_id=str(delivery.delivery_id), seen=seen)
    return moved


async def tell_late(context: JobContext[Tools]) -> int:
    """Promises that were broken."""
    tools = context.tools
    if not tools.throttle.turn(DELAYS):
        return 0
    async with context.database.unit(context.cause()) as work:
        told = await tell_delays(work)
    if told:
        tools.throttle.at_once(DELAYS)
    return told


JOBS: tuple[Job[Tools], ...] = (
    Job("send-mails", send_ready),
    Job(EXPIRE, expire),
    Job(RESOLVE, resolve_uncertain),
    Job(DELAYS, tell_late),
)
