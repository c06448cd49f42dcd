"""List documents of a client, in short."""

from collections.abc import Sequence

from services.documents.domain.document import StoredDocument
from services.documents.store import documents
from shared.db.database import UnitOfWork

Filter = documents.Filter


async def list_documents(work: UnitOfWork, wanted: Filter) -> Sequence[StoredDocument]:
    """Newest first."""
    return await documents.listed(work.session, wanted)
