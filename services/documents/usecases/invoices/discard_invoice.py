"""Throw a draft invoice away."""

from services.documents.domain.draft import DraftVersion, refuse_change
from services.documents.events import draft_change
from services.documents.store import documents
from shared.db.database import UnitOfWork


async def discard_invoice(work: UnitOfWork, read: DraftVersion) -> None:
    """The draft is gone, and its external id free again. Raises DocumentNotFound, AlreadyConfirmed or StaleVersion."""
    invoice = await documents.lock(work.session, read.client_id, "invoice", read.draft_id)
    refuse_change(invoice.row, read)
    work.changed(draft_change("invoices", read, before=invoice.content))
    await documents.drop_draft(work.session, read.client_id, read.draft_id)
