"""Expire the leases of mails: one whose sender went silent becomes uncertain."""

from services.delivery.domain.channels import EMAIL
from services.delivery.domain.machine import Terms
from services.delivery.domain.outcome import Unknown
from services.delivery.store import deliveries
from services.delivery.usecases.deliveries.settle import Result, settle
from shared.db.database import UnitOfWork

LIMIT = 500
SILENT = Unknown("the sender did not report before its lease was over")


async def expire_mail_leases(work: UnitOfWork, terms: Terms) -> int:
    """How many. Never back to `ready`: the sender may have got as far as the final dot."""
    expired = await deliveries.lock_expired(work.session, EMAIL, LIMIT)
    if not expired:
        return 0
    return await settle(work, [Result(delivery, SILENT) for delivery in expired], terms, ("sending",))
