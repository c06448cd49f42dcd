"""Tell what has happened to a document."""

from services.documents.domain.document import WholeDocument
from services.documents.domain.timeline import TimelineEvent
from services.documents.store import timeline
from shared.db.database import UnitOfWork


async def tell_timeline(work: UnitOfWork, document: WholeDocument) -> list[TimelineEvent]:
    """Its events in order; nothing happens to a draft."""
    if document.row.is_draft:
        return []
    return await timeline.events(work.session, document.row.client_id, document.row.document_id)
