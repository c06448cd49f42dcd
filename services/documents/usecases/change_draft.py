"""Change a draft. Only a draft: what has a number stays as it is for ever."""

from services.documents.domain.document import WholeDocument
from services.documents.domain.draft import Draft
from services.documents.domain.pricing import price
from services.documents.store import copies, documents
from services.documents.usecases.find_document import find_document
from services.documents.usecases.seen import Seen, hold_draft
from shared.db.database import UnitOfWork


async def change_draft(work: UnitOfWork, seen: Seen, draft: Draft) -> WholeDocument:
    """The draft with its new content, the whole of it."""
    await hold_draft(work, seen)
    known = await copies.customers(work.session, seen.client_id, [draft.customer_id])
    priced = price(draft, work.clock.today())
    saved = documents.SavedDraft(seen.client_id, seen.document_id, draft, known[draft.customer_id].name, priced)
    await documents.change_draft(work.session, saved)
    return await find_document(work, seen.client_id, seen.kind, seen.document_id)
