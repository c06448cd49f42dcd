"""Price a draft: its customer must be known, and its lines must add up."""

from uuid import UUID

from services.documents.domain.draft import Draft
from services.documents.domain.pricing import PricedDraft, changing_rates, price
from services.documents.store import copies
from shared.db.database import UnitOfWork
from shared.problems import refuse


async def price_draft(work: UnitOfWork, client_id: UUID, draft_id: UUID, draft: Draft) -> PricedDraft:
    """The draft at the rates of its delivery, or of today.

    Raises CustomerNotFound, CustomerNotYetKnown, or Refused with every line that is wrong.
    """
    customers = await copies.customers(work.session, client_id, [draft.customer_id])
    priced = price(draft, work.clock.today())
    refuse(changing_rates(draft))
    return PricedDraft(client_id, draft_id, draft, customers[draft.customer_id].name, priced)
