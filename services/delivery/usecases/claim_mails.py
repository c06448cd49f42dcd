"""Claim due mails for one worker, for as long as the lease lasts."""

from services.delivery.domain.delivery import Delivery
from services.delivery.store import deliveries
from shared.db.database import UnitOfWork


async def claim_mails(work: UnitOfWork, limit: int, lease_s: float) -> list[Delivery]:
    """At most `limit`, in the order they were made; nobody else gets them while the lease lasts."""
    return await deliveries.claim_ready(work.session, work.clock.now(), limit, lease_s)
