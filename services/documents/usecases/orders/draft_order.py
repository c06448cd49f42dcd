"""Draft an order: what has been agreed with a customer so far."""

from uuid import UUID

from services.documents.domain.draft import Draft
from services.documents.store import orders
from services.documents.usecases.price_draft import price_draft
from shared.db.database import UnitOfWork
from shared.ids import new_id


async def draft_order(work: UnitOfWork, client_id: UUID, draft: Draft, external_id: str | None) -> UUID:
    """The id of the new order. Refuses unknown customers and MVA codes, and an external id used before."""
    priced = await price_draft(work, client_id, new_id(), draft)
    await orders.add(work.session, priced, external_id, work.clock.now())
    return priced.draft_id
