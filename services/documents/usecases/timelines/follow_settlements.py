"""Follow which invoices are settled."""

from collections.abc import Sequence

from services.documents.domain.timeline import TimelineEvent
from services.documents.store import timeline
from shared.db.database import UnitOfWork


async def follow_settlements(work: UnitOfWork, settlements: Sequence[TimelineEvent]) -> None:
    """Note that invoices are settled: they are not reminded of any more. Raises DocumentNotFound."""
    await timeline.lock_documents(work.session, settlements)
    await timeline.settle(work.session, settlements)
