"""Save what became of documents, and emit it. The first file of a document stays its file for ever."""

from collections.abc import Sequence

import structlog

from services.rendering import store
from services.rendering.domain.outcome import Held, Outcome, Rendered
from services.rendering.events import document_held, document_rendered
from services.rendering.store import ArtefactKey, DocumentKey, StoredArtefact
from shared.batches import first_by_key
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import UnitOfWork
from shared.messaging.subscription import Received

_log = structlog.get_logger(__name__)
_Message = Received[DocumentConfirmed]


async def save_outcomes(work: UnitOfWork, outcomes: Sequence[tuple[_Message, Outcome]]) -> None:
    """Emits document-rendered for documents that had no file yet, and document-held for a new or changed reason."""
    rendered = [(message, outcome) for message, outcome in outcomes if isinstance(outcome, Rendered)]
    if rendered:
        await _save_files(work, rendered)
    for message, outcome in outcomes:
        if isinstance(outcome, Held):
            await _hold(work, message, outcome)


async def _save_files(work: UnitOfWork, rendered: Sequence[tuple[_Message, Rendered]]) -> None:
    firsts = first_by_key(rendered, lambda pair: _key(pair[0].event))
    now = work.clock.now()
    artefacts = [
        StoredArtefact(document, artefact, now)
        for document, (_, outcome) in firsts.items()
        for artefact in outcome.artefacts
    ]
    added = await store.add_artefacts(work.session, artefacts)
    await store.release(work.session, list(firsts))
    for document, (message, outcome) in firsts.items():
        # A purpose that is new to a document which already has files is stored, but not emitted a second time.
        if all(ArtefactKey(document, artefact.purpose) in added for artefact in outcome.artefacts):
            work.emit(document_rendered(message.event, outcome), message.cause)


async def _hold(work: UnitOfWork, message: _Message, held: Held) -> None:
    document = _key(message.event)
    if await store.artefacts_of(work.session, document):
        return
    if await store.hold(work.session, document, held, work.clock.now()):
        _log.error(
            "document_held", document_id=str(document.document_id), client_id=str(document.client_id), code=held.code
        )
        work.emit(document_held(message.event, held), message.cause)


def _key(event: DocumentConfirmed) -> DocumentKey:
    return DocumentKey(event.client_id, event.document.document_id)
