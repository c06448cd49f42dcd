"""Follow confirmed documents on their way to the customer."""

from collections.abc import Sequence

from services.documents.domain.reactions import DeliveryUpdate
from services.documents.store import timeline
from shared.batches import first_by_key
from shared.db.database import UnitOfWork


async def follow_deliveries(work: UnitOfWork, updates: Sequence[DeliveryUpdate]) -> None:
    """Note where deliveries stand; a late update never undoes a stronger one. Raises DocumentNotFound."""
    events = [update.event for update in updates]
    await timeline.lock_documents(work.session, events)
    await timeline.add_events(work.session, events)
    firsts = first_by_key(updates, lambda update: (update.event.client_id, update.event.document_id))
    await timeline.move_deliveries(work.session, list(firsts.values()))
