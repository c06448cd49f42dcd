"""Note that mails are about to get their final dots: if their sender dies now, nobody knows whether they were sent."""

from collections.abc import Sequence
from uuid import UUID

from services.delivery.domain.delivery import Delivery
from services.delivery.store import deliveries
from shared.db.database import UnitOfWork


async def note_dots(work: UnitOfWork, mails: Sequence[Delivery]) -> set[UUID]:
    """Those that may be sent; the others were claimed again or given up meanwhile."""
    return await deliveries.note_dots(work.session, mails)
