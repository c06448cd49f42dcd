"""Keep what came of rendering a document, and say it. The first file that was kept is the document's for ever."""

import structlog

from services.rendering import store
from services.rendering.usecases.render_document import Outcome, Refused, Rendered
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.rendering import DocumentHeld, DocumentRendered
from shared.db.database import UnitOfWork

_log = structlog.get_logger(__name__)


async def keep_outcome(work: UnitOfWork, fact: DocumentConfirmed, outcome: Outcome) -> None:
    """Say document-rendered with the kept file, or document-held; nothing when it has been said before."""
    match outcome:
        case Rendered():
            await _keep_artefact(work, fact, outcome)
        case Refused():
            await _hold(work, fact, outcome)


async def _keep_artefact(work: UnitOfWork, fact: DocumentConfirmed, rendered: Rendered) -> None:
    document_id = fact.document.document_id
    stored = store.Stored(rendered.artefact, rendered.layout_version, work.clock.now())
    if not await store.add_artefact(work.session, fact.client_id, document_id, stored):
        return
    await store.release(work.session, fact.client_id, document_id)
    work.say(
        DocumentRendered(
            client_id=fact.client_id,
            document=fact.document,
            seller=fact.seller,
            buyer=fact.buyer,
            delivery=fact.delivery,
            pdf=rendered.artefact,
        )
    )


async def _hold(work: UnitOfWork, fact: DocumentConfirmed, refused: Refused) -> None:
    document_id = fact.document.document_id
    if await store.artefact_of(work.session, fact.client_id, document_id) is not None:
        return
    why = store.Hold(refused.code, refused.reason, work.clock.now())
    if await store.hold(work.session, fact.client_id, document_id, why):
        _log.error("document_held", document_id=str(document_id), client_id=str(fact.client_id), code=why.code)
        work.say(DocumentHeld(client_id=fact.client_id, document_id=document_id, code=why.code, reason=why.reason))
