"""Draft an invoice or an order: kept as written, with its amounts at today's rates, and without a number."""

from uuid import UUID

from services.documents.domain.document import WholeDocument
from services.documents.domain.draft import Draft
from services.documents.domain.pricing import price
from services.documents.store import copies, documents
from services.documents.usecases.find_document import find_document
from shared.db.database import UnitOfWork
from shared.ids import new_id
from shared.values import DocumentKind


async def draft_document(
    work: UnitOfWork, client_id: UUID, kind: DocumentKind, draft: Draft, external_id: str | None
) -> WholeDocument:
    """The new draft. Refuses unknown customers and MVA codes, amounts out of bounds, and an external id used before."""
    known = await copies.customers(work.session, client_id, [draft.customer_id])
    priced = price(draft, work.clock.today())
    saved = documents.SavedDraft(client_id, new_id(), draft, known[draft.customer_id].name, priced)
    await documents.add_draft(work.session, kind, saved, external_id, work.clock.now())
    return await find_document(work, client_id, kind, saved.document_id)
