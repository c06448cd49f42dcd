"""Change a draft invoice."""

from services.documents.domain.draft import Draft, DraftVersion, refuse_change
from services.documents.events import draft_change
from services.documents.store import documents
from services.documents.usecases.price_draft import price_draft
from shared.db.database import UnitOfWork


async def change_invoice(work: UnitOfWork, read: DraftVersion, draft: Draft) -> None:
    """Replace the whole content. Raises DocumentNotFound, AlreadyConfirmed or StaleVersion."""
    invoice = await documents.lock(work.session, read.client_id, "invoice", read.draft_id)
    refuse_change(invoice.row, read)
    work.changed(draft_change("invoices", read, before=invoice.content, after=draft))
    await documents.change_draft(work.session, await price_draft(work, read.client_id, read.draft_id, draft))
