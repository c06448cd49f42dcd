"""Draft an invoice: kept as written, with its amounts at today's rates, and without a number."""

from uuid import UUID

from services.documents.domain.draft import Draft
from services.documents.store import documents
from services.documents.usecases.price_draft import price_draft
from shared.db.database import UnitOfWork
from shared.ids import new_id


async def draft_invoice(work: UnitOfWork, client_id: UUID, draft: Draft, external_id: str | None) -> UUID:
    """The id of the new draft. Refuses unknown customers and MVA codes, and an external id used before."""
    priced = await price_draft(work, client_id, new_id(), draft)
    await documents.add_draft(work.session, priced, external_id, work.clock.now())
    return priced.draft_id
