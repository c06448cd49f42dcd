"""Change an order that is not confirmed."""

from services.documents.domain.draft import Draft, DraftVersion, refuse_change
from services.documents.events import draft_change
from services.documents.store import orders
from services.documents.usecases.price_draft import price_draft
from shared.db.database import UnitOfWork


async def change_order(work: UnitOfWork, read: DraftVersion, draft: Draft) -> None:
    """Replace the whole content. Raises OrderNotFound, AlreadyConfirmed or StaleVersion."""
    order = await orders.lock(work.session, read.client_id, read.draft_id)
    refuse_change(order.row, read)
    work.changed(draft_change("orders", read, before=order.content, after=draft))
    await orders.change(work.session, await price_draft(work, read.client_id, read.draft_id, draft))
