"""Hold a document that cannot be rendered as it is, until a person has acted."""

import structlog

from services.rendering import store
from services.rendering.domain.outcome import Held
from services.rendering.events import document_held
from services.rendering.store import DocumentKey, StoredHold
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import UnitOfWork
from shared.messaging.subscription import Received

_log = structlog.get_logger(__name__)


async def hold_document(work: UnitOfWork, message: Received[DocumentConfirmed], held: Held) -> None:
    """Store why the document has no file, and emit it when that is news. One that has its file stays as it is."""
    document = DocumentKey(message.event.client_id, message.event.document.document_id)
    await store.lock(work.session, [document])
    if await store.artefacts_of(work.session, document):
        return
    hold = StoredHold(document, held, work.clock.now(), message.event.model_dump_json())
    if await store.hold(work.session, hold):
        _log.error(
            "document_held", document_id=str(document.document_id), client_id=str(document.client_id), code=held.code
        )
        work.emit(document_held(message.event, held), message.cause)
