"""Expire the leases of mails whose sender went silent."""

from services.delivery.domain.channels import EMAIL
from services.delivery.domain.machine import Terms
from services.delivery.domain.outcome import Deferred, Unknown
from services.delivery.store import deliveries
from services.delivery.usecases.deliveries.settle import Result, settle
from shared.db.database import UnitOfWork

LIMIT = 500
SILENT = Unknown("the sender did not report before its lease was over")
NOT_ENDED = Deferred("the sender went silent before the final dot", "content")


async def expire_mail_leases(work: UnitOfWork, terms: Terms) -> int:
    """How many. Only those at their final dot become uncertain; the others are certainly not sent, and go again.

    A sender that awakes sends no dot: it cannot note it any more.
    """
    expired = await deliveries.lock_expired(work.session, EMAIL, LIMIT)
    if not expired:
        return 0
    results = [Result(delivery, SILENT if dot_begun else NOT_ENDED) for delivery, dot_begun in expired]
    return await settle(work, results, terms, ("sending",))
