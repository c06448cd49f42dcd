"""Save what became of documents, and emit it. The first file of a document stays its file for ever."""

from collections.abc import Sequence

from services.rendering import store
from services.rendering.domain.outcome import Held, Outcome, Rendered
from services.rendering.events import document_rendered
from services.rendering.store import ArtefactKey, DocumentKey, StoredArtefact
from services.rendering.usecases.hold_document import hold_document
from shared.batches import first_by_key
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import UnitOfWork
from shared.messaging.subscription import Received

_Message = Received[DocumentConfirmed]


async def save_outcomes(work: UnitOfWork, outcomes: Sequence[tuple[_Message, Outcome]]) -> frozenset[DocumentKey]:
    """The documents that had no file yet and have one now.

    Emits document-rendered for them, and document-held for a new or changed reason.
    """
    rendered = [(message, outcome) for message, outcome in outcomes if isinstance(outcome, Rendered)]
    given_files = await _save_files(work, rendered) if rendered else frozenset()
    for message, outcome in outcomes:
        if isinstance(outcome, Held):
            await hold_document(work, message, outcome)
    return given_files


async def _save_files(work: UnitOfWork, rendered: Sequence[tuple[_Message, Rendered]]) -> frozenset[DocumentKey]:
    firsts = first_by_key(rendered, lambda pair: _key(pair[0].event))
    now = work.clock.now()
    artefacts = [
        StoredArtefact(document, artefact, now)
        for document, (_, outcome) in firsts.items()
        for artefact in outcome.artefacts
    ]
    await store.lock(work.session, firsts)
    added = await store.add_artefacts(work.session, artefacts)
    await store.release(work.session, list(firsts))
    # A purpose that is new to a document which already has files is stored, but not emitted a second time.
    given = [
        document
        for document, (_, outcome) in firsts.items()
        if all(ArtefactKey(document, artefact.purpose) in added for artefact in outcome.artefacts)
    ]
    for document in given:
        message, outcome = firsts[document]
        work.emit(document_rendered(message.event, outcome), message.cause)
    return frozenset(given)


def _key(event: DocumentConfirmed) -> DocumentKey:
    return DocumentKey(event.client_id, event.document.document_id)
