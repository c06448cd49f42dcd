"""Throw a draft away."""

from services.documents.store import documents
from services.documents.usecases.seen import Seen, hold_draft
from shared.db.database import UnitOfWork


async def discard_draft(work: UnitOfWork, seen: Seen) -> None:
    """The draft is gone; its external id may be used again, for nothing was made under it."""
    await hold_draft(work, seen)
    await documents.drop_draft(work.session, seen.client_id, seen.document_id)
