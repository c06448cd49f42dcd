"""Keep what came of rendering documents, and say it. The first file that was kept is the document's for ever."""

from collections.abc import Sequence

import structlog

from services.rendering import store
from services.rendering.usecases.render_document import Outcome, Refused, Rendered
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.rendering import DocumentHeld, DocumentRendered
from shared.db.database import UnitOfWork
from shared.messaging.subscription import Received

_log = structlog.get_logger(__name__)


async def keep_outcomes(work: UnitOfWork, outcomes: Sequence[tuple[Received[DocumentConfirmed], Outcome]]) -> None:
    """Say document-rendered with the kept file, or document-held; nothing of what has been said before."""
    await _keep_files(work, [(received, outcome) for received, outcome in outcomes if isinstance(outcome, Rendered)])
    for received, outcome in outcomes:
        if isinstance(outcome, Refused):
            await _hold(work, received, outcome)


async def _keep_files(work: UnitOfWork, rendered: Sequence[tuple[Received[DocumentConfirmed], Rendered]]) -> None:
    """All in one statement; the first of a document wins, also within these."""
    if not rendered:
        return
    now = work.clock.now()
    files = [
        store.NewFile(
            received.event.client_id,
            received.event.document.document_id,
            store.Stored(one.artefact, one.layout_version, now),
        )
        for received, one in rendered
    ]
    kept = await store.add_artefacts(work.session, files)
    await store.release(work.session, files)
    for received, one in rendered:
        if received.event.document.document_id in kept:
            kept.remove(received.event.document.document_id)
            work.emit(_told(received.event, one), received.cause)


def _told(event: DocumentConfirmed, rendered: Rendered) -> DocumentRendered:
    return DocumentRendered(
        client_id=event.client_id,
        document=event.document,
        seller=event.seller,
        buyer=event.buyer,
        delivery=event.delivery,
        artefacts=(rendered.artefact,),
    )


async def _hold(work: UnitOfWork, received: Received[DocumentConfirmed], refused: Refused) -> None:
    event, document_id = received.event, received.event.document.document_id
    if await store.artefact_of(work.session, event.client_id, document_id) is not None:
        return
    why = store.Hold(refused.code, refused.reason, work.clock.now())
    if await store.hold(work.session, event.client_id, document_id, why):
        _log.error("document_held", document_id=str(document_id), client_id=str(event.client_id), code=why.code)
        held = DocumentHeld(client_id=event.client_id, document_id=document_id, code=why.code, reason=why.reason)
        work.emit(held, received.cause)
