"""Follow what becomes of confirmed documents on their way to the customer."""

from collections.abc import Sequence

from services.documents.domain.news import DeliveryNews
from services.documents.store import timeline
from shared.db.database import UnitOfWork


async def follow_deliveries(work: UnitOfWork, news: Sequence[DeliveryNews]) -> None:
    """Note where deliveries stand; late news never undoes stronger news."""
    await timeline.move_deliveries(work.session, news)
