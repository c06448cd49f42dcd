"""Note that a mail is about to get its final dot: if its sender dies from now on, nobody knows whether it was sent."""

from services.delivery.domain.delivery import Delivery
from services.delivery.store import deliveries
from shared.db.database import UnitOfWork


async def note_dot(work: UnitOfWork, delivery: Delivery) -> bool:
    """False when the delivery was claimed again or given up meanwhile: the dot must not be sent."""
    return await deliveries.note_dot(work.session, delivery)
