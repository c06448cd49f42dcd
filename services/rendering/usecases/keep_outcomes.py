"""Keep what came of rendering documents, and say it. The first file that was kept is the document's for ever."""

from collections.abc import Sequence

import structlog

from services.rendering import store
from services.rendering.usecases.render_document import Outcome, Refused, Rendered
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.rendering import DocumentHeld, DocumentRendered
from shared.db.database import UnitOfWork
from shared.messaging.subscription import Heard

_log = structlog.get_logger(__name__)


async def keep_outcomes(work: UnitOfWork, outcomes: Sequence[tuple[Heard[DocumentConfirmed], Outcome]]) -> None:
    """Say document-rendered with the kept file, or document-held; nothing of what has been said before."""
    await _keep_files(work, [(heard, outcome) for heard, outcome in outcomes if isinstance(outcome, Rendered)])
    for heard, outcome in outcomes:
        if isinstance(outcome, Refused):
            await _hold(work, heard, outcome)


async def _keep_files(work: UnitOfWork, rendered: Sequence[tuple[Heard[DocumentConfirmed], Rendered]]) -> None:
    """All in one statement; the first of a document wins, also within these."""
    if not rendered:
        return
    now = work.clock.now()
    files = [
        store.NewFile(
            heard.fact.client_id, heard.fact.document.document_id, store.Stored(one.artefact, one.layout_version, now)
        )
        for heard, one in rendered
    ]
    kept = await store.add_artefacts(work.session, files)
    await store.release(work.session, files)
    for heard, one in rendered:
        if heard.fact.document.document_id in kept:
            kept.remove(heard.fact.document.document_id)
            work.say(_told(heard.fact, one), heard.cause)


def _told(fact: DocumentConfirmed, rendered: Rendered) -> DocumentRendered:
    return DocumentRendered(
        client_id=fact.client_id,
        document=fact.document,
        seller=fact.seller,
        buyer=fact.buyer,
        delivery=fact.delivery,
        pdf=rendered.artefact,
    )


async def _hold(work: UnitOfWork, heard: Heard[DocumentConfirmed], refused: Refused) -> None:
    fact, document_id = heard.fact, heard.fact.document.document_id
    if await store.artefact_of(work.session, fact.client_id, document_id) is not None:
        return
    why = store.Hold(refused.code, refused.reason, work.clock.now())
    if await store.hold(work.session, fact.client_id, document_id, why):
        _log.error("document_held", document_id=str(document_id), client_id=str(fact.client_id), code=why.code)
        held = DocumentHeld(client_id=fact.client_id, document_id=document_id, code=why.code, reason=why.reason)
        work.say(held, heard.cause)
