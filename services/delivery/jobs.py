"""What the clock, or a wake-up, sets going in delivery."""

import structlog

from services.delivery.adapters.smtp import RelayAway
from services.delivery.domain.delivery import Delivery
from services.delivery.store import deliveries
from services.delivery.tools import RESOLVE, Tools
from services.delivery.usecases.ask_witness import questions_due
from services.delivery.usecases.expire_leases import expire_mail_leases, expire_print_leases
from services.delivery.usecases.resolve_delivery import resolve_by_witness
from services.delivery.usecases.tell_delays import tell_delays
from shared.runtime import Runtime
from shared.service import Job

EXPIRE = "expire-leases"
DELAYS = "tell-delays"

_log = structlog.get_logger(__name__)


async def send_ready(runtime: Runtime) -> int:
    """Set due mails going. While the mail server is away nothing is taken up, so nothing loses its turn."""
    tools: Tools = runtime.tools
    try:
        if tools.mail.all_closed():
            if not await _any_ready(runtime):
                return 0
            await tools.mail.open_one()
        return await tools.mail.send_next(runtime.database, tools.ask_soon)
    except RelayAway as away:
        _log.warning("relay_away", reason=str(away))
        return 0


async def _any_ready(runtime: Runtime) -> bool:
    now = runtime.clock.now()
    return bool(await runtime.database.read(lambda session: deliveries.any_ready(session, now)))


async def expire(runtime: Runtime) -> int:
    """Leases that are over, of mails and of print jobs."""
    tools: Tools = runtime.tools
    if not tools.pace.turn(EXPIRE):
        return 0
    async with runtime.database.unit(runtime.cause()) as work:
        mails = await expire_mail_leases(work, tools.settings.terms)
        letters = await expire_print_leases(work)
    if mails:
        _log.warning("deliveries_uncertain", count=mails)
        tools.ask_soon()
    if mails + letters:
        tools.pace.at_once(EXPIRE)
    return mails + letters


async def resolve_uncertain(runtime: Runtime) -> int:
    """Ask the witness about uncertain mails; without a witness they stay listed until a person resolves them."""
    tools: Tools = runtime.tools
    if tools.witness is None or not tools.pace.turn(RESOLVE):
        return 0
    async with runtime.database.unit(runtime.cause()) as work:
        due = await questions_due(work, tools.settings.witness_pause_s)
    resolved = 0
    for question in due:
        seen = await tools.witness.seen(question.delivery.message_id)
        if seen or (seen is False and question.uncertain_s >= tools.settings.witness_patience_s):
            resolved += await _resolve(runtime, question.delivery, seen=seen)
    if resolved:
        tools.ask_soon()
    return resolved


async def _resolve(runtime: Runtime, delivery: Delivery, *, seen: bool) -> int:
    tools: Tools = runtime.tools
    async with runtime.database.unit(runtime.cause()) as work:
        moved = await resolve_by_witness(work, delivery, seen=seen, terms=tools.settings.terms)
    _log.info("delivery_resolved", delivery_id=str(delivery.delivery_id), seen=seen)
    return moved


async def tell_late(runtime: Runtime) -> int:
    """Promises that were broken."""
    tools: Tools = runtime.tools
    if not tools.pace.turn(DELAYS):
        return 0
    async with runtime.database.unit(runtime.cause()) as work:
        told = await tell_delays(work)
    if told:
        tools.pace.at_once(DELAYS)
    return told


JOBS: tuple[Job, ...] = (
    Job("send-mails", send_ready),
    Job(EXPIRE, expire),
    Job(RESOLVE, resolve_uncertain),
    Job(DELAYS, tell_late),
)
