"""Throw an order away that is not confirmed."""

from services.documents.domain.draft import DraftVersion, refuse_change
from services.documents.events import draft_change
from services.documents.store import orders
from shared.db.database import UnitOfWork


async def discard_order(work: UnitOfWork, read: DraftVersion) -> None:
    """The order is gone, and its external id free again. Raises OrderNotFound, AlreadyConfirmed or StaleVersion."""
    order = await orders.lock(work.session, read.client_id, read.draft_id)
    refuse_change(order.row, read)
    work.changed(draft_change("orders", read, before=order.content))
    await orders.drop(work.session, read.client_id, read.draft_id)
