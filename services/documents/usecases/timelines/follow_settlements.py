"""Follow which invoices are settled, and which are open again."""

from collections.abc import Sequence

from services.documents.domain.timeline import TimelineEvent
from services.documents.store import timeline
from shared.db.database import UnitOfWork


async def follow_settlements(work: UnitOfWork, settlements: Sequence[TimelineEvent]) -> None:
    """Note that invoices are settled or reopened; the latest turn counts, whatever the order. A settled invoice is not
    reminded of. Raises DocumentNotFound."""
    await timeline.lock_documents(work.session, settlements)
    await timeline.settle(work.session, settlements)
