"""Find what a document has become."""

from uuid import UUID

from services.rendering import store
from services.rendering.errors import NotRendered
from shared.db.database import UnitOfWork


async def find_document(work: UnitOfWork, client_id: UUID, document_id: UUID) -> store.Stored | store.Hold:
    """The file, or why there is none. Raises NotRendered for what this client has not, or not yet."""
    found = await store.artefact_of(work.session, client_id, document_id)
    if found is not None:
        return found
    held = await store.hold_of(work.session, client_id, document_id)
    if held is None:
        raise NotRendered(document_id=document_id)
    return held


async def find_file(work: UnitOfWork, client_id: UUID, document_id: UUID) -> store.Stored:
    """The document's file. Raises NotRendered."""
    found = await store.artefact_of(work.session, client_id, document_id)
    if found is None:
        raise NotRendered(document_id=document_id)
    return found
