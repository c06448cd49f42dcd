"""A draft held in the version that the caller has seen: where every change of a draft begins."""

from dataclasses import dataclass
from uuid import UUID

from services.documents.domain.errors import AlreadyConfirmed, DocumentNotFound, VersionStale
from services.documents.store import documents
from shared.db.database import UnitOfWork
from shared.values import DocumentKind


@dataclass(frozen=True)
class Seen:
    """The document, and the versions of it that the caller may have seen."""

    client_id: UUID
    kind: DocumentKind
    document_id: UUID
    versions: frozenset[int]


async def hold_draft(work: UnitOfWork, seen: Seen) -> None:
    """Lock the draft. Raises DocumentNotFound, AlreadyIssued, or VersionStale when somebody was there in between."""
    found = await documents.lock(work.session, seen.client_id, seen.kind, [seen.document_id])
    if not found:
        raise DocumentNotFound(document_id=seen.document_id)
    row = found[0].row
    if not row.is_draft:
        raise AlreadyConfirmed(number=row.number)
    if row.version not in seen.versions:
        raise VersionStale(version=row.version)
