"""Find one document of a client, whole."""

from uuid import UUID

from services.documents.domain.document import WholeDocument
from services.documents.domain.errors import DocumentNotFound
from services.documents.store import documents
from shared.db.database import UnitOfWork
from shared.values import DocumentKind


async def find_document(work: UnitOfWork, client_id: UUID, kind: DocumentKind, document_id: UUID) -> WholeDocument:
    """The document; DocumentNotFound also when it is another client's, or of another kind."""
    found = await documents.find(work.session, client_id, kind, document_id)
    if found is None:
        raise DocumentNotFound(document_id=document_id)
    return found
