"""The jobs of the e-mail channel: send due mails, and reconcile uncertain ones with the mail log."""

import structlog

from services.delivery.adapters.mail_log import MailLog
from services.delivery.adapters.smtp import RelayUnavailable
from services.delivery.domain.channels import EMAIL
from services.delivery.jobs.mail_round import start_round
from services.delivery.store import deliveries
from services.delivery.store.deliveries import UncertainDelivery
from services.delivery.tools import RECONCILE, Tools
from services.delivery.usecases.mails.reconcile_mail import reconcile_mail
from shared.service import JobContext

RECONCILE_LIMIT = 50

_log = structlog.get_logger(__name__)


async def send_mails(context: JobContext[Tools]) -> int:
    """Start a round of due mails. Nothing is claimed while the mail server is away, so no attempt is used up."""
    pool = context.tools.pool
    try:
        if pool.all_closed():
            if not await _any_ready(context):
                return 0
            await pool.open_one()
        return await start_round(context)
    except RelayUnavailable as error:
        _log.warning("relay_unavailable", reason=str(error))
        return 0


async def _any_ready(context: JobContext[Tools]) -> bool:
    now = context.clock.now()
    return bool(await context.database.read(lambda session: deliveries.any_ready(session, EMAIL, now)))


async def reconcile_mails(context: JobContext[Tools]) -> int:
    """Check uncertain mails in the mail log. Without a mail log they stay listed until a person resolves them."""
    tools = context.tools
    if tools.mail_log is None or not tools.throttle.allows(RECONCILE):
        return 0
    async with context.database.unit(context.cause()) as work:
        mails = await deliveries.mark_log_checked(
            work.session, EMAIL, pause_s=tools.settings.mail_log_pause_s, limit=RECONCILE_LIMIT
        )
    reconciled = sum([await _reconcile(context, tools.mail_log, mail) for mail in mails])
    if reconciled:
        tools.reconcile_soon()
    return reconciled


async def _reconcile(context: JobContext[Tools], mail_log: MailLog, mail: UncertainDelivery) -> int:
    tools = context.tools
    taken = await mail_log.has(mail.delivery.message_id)
    if taken is None or (not taken and mail.uncertain_s < tools.settings.mail_log_patience_s):
        return 0
    async with context.database.unit(context.cause()) as work:
        moved = await reconcile_mail(work, mail.delivery, taken=taken, terms=tools.terms)
    _log.info("mail_reconciled", delivery_id=str(mail.delivery.delivery_id), taken=taken)
    return moved
