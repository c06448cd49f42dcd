"""What rendering does when an event arrives."""

from collections.abc import Sequence

from services.rendering.tools import Tools
from services.rendering.usecases.keep_outcomes import keep_outcomes
from services.rendering.usecases.render_document import Outcome, render_document
from shared.contracts.customers import ApiKeyChanged
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import UnitOfWork
from shared.http.auth import key_changed
from shared.messaging.subscription import Received, Subscription, on, on_prepared


async def document_rendered(
    work: UnitOfWork, _tools: Tools, outcomes: Sequence[tuple[Received[DocumentConfirmed], Outcome]]
) -> None:
    await keep_outcomes(work, outcomes)


def batch_size(tools: Tools) -> int:
    """A few documents for each child process; a second batch is in hand while the first is committed, so none waits."""
    return 4 * tools.settings.workers


REACTIONS: tuple[Subscription[Tools], ...] = (
    on_prepared(DocumentConfirmed, prepare=render_document, handle=document_rendered, size=batch_size, workers=2),
    on(ApiKeyChanged, key_changed),
)
