"""Price a draft: its customer must be known, and its lines must add up."""

from uuid import UUID

from services.documents.domain.draft import Draft
from services.documents.domain.pricing import PricedDraft, price
from services.documents.store import copies
from shared.db.database import UnitOfWork


async def price_draft(work: UnitOfWork, client_id: UUID, draft_id: UUID, draft: Draft) -> PricedDraft:
    """The draft at today's rates.

    Raises CustomerNotFound, CustomerNotYetKnown, or Refused with every line that is wrong.
    """
    customers = await copies.customers(work.session, client_id, [draft.customer_id])
    priced = price(draft, work.clock.today())
    return PricedDraft(client_id, draft_id, draft, customers[draft.customer_id].name, priced)
