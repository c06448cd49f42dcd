"""Which uncertain mails to ask about now; asking marks them, so that several processes do not all ask the same."""

from services.delivery.store import deliveries
from services.delivery.store.deliveries import Question
from shared.db.database import UnitOfWork

AT_ONCE = 50


async def questions_due(work: UnitOfWork, pause_s: float) -> list[Question]:
    """Those not asked about for `pause_s` seconds, the longest unasked first."""
    return await deliveries.take_questions(work.session, pause_s, AT_ONCE)
