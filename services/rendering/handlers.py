"""What rendering does when an event arrives."""

from collections.abc import Sequence

from services.rendering.domain.outcome import Outcome
from services.rendering.events import document_of
from services.rendering.tools import Tools
from services.rendering.usecases.render_document import render_document
from services.rendering.usecases.save_outcomes import save_outcomes
from shared.contracts.customers import ApiKeyChanged, ApiKeysCurrent
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import UnitOfWork
from shared.http.auth import key_changed
from shared.http.key_news import keys_current
from shared.messaging.subscription import Received, Subscription, on, on_prepared


async def render(tools: Tools, event: DocumentConfirmed) -> Outcome:
    return await render_document(tools, document_of(event))


async def save(
    work: UnitOfWork, _tools: Tools, outcomes: Sequence[tuple[Received[DocumentConfirmed], Outcome]]
) -> None:
    await save_outcomes(work, outcomes)


def batch_size(tools: Tools) -> int:
    """Four documents for each child process. While one worker commits its batch, the children render the other's."""
    return 4 * tools.settings.workers


SUBSCRIPTIONS: tuple[Subscription[Tools], ...] = (
    on_prepared(DocumentConfirmed, prepare=render, handle=save, size=batch_size, workers=2),
    on(ApiKeyChanged, key_changed),
    on(ApiKeysCurrent, keys_current),
)
