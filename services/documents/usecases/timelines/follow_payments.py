"""Follow what is paid of invoices."""

from collections.abc import Sequence

from services.documents.domain.timeline import TimelineEvent
from services.documents.store import timeline
from shared.db.database import UnitOfWork


async def follow_payments(work: UnitOfWork, payments: Sequence[TimelineEvent]) -> None:
    """Note payments, and that they were undone (negative), each counted once however often it is reported.

    Raises DocumentNotFound.
    """
    await timeline.lock_documents(work.session, payments)
    await timeline.add_payments(work.session, payments)
