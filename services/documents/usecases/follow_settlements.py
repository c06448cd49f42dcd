"""Follow which invoices are settled."""

from collections.abc import Sequence

from services.documents.domain.timeline import TimelineEvent
from services.documents.store import timeline
from shared.db.database import UnitOfWork


async def follow_settlements(work: UnitOfWork, settled: Sequence[TimelineEvent]) -> None:
    """Note that claims are settled: they are not reminded of any more."""
    await timeline.settle(work.session, settled)
