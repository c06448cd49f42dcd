"""What rendering does when an event arrives."""

from collections.abc import Sequence

from services.rendering import store
from services.rendering.domain.errors import not_rendered
from services.rendering.domain.outcome import Outcome, held_by
from services.rendering.events import client_logo, document_of
from services.rendering.tools import Tools
from services.rendering.usecases.hold_document import hold_document
from services.rendering.usecases.render_document import render_document
from services.rendering.usecases.save_outcomes import save_outcomes
from shared.contracts.customers import ApiKeyChanged, ApiKeysCurrent, ClientChanged
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import UnitOfWork
from shared.http.auth import key_changed
from shared.http.key_news import keys_current
from shared.messaging.subscription import Received, Subscription, on, on_batch, on_prepared


async def render(tools: Tools, event: DocumentConfirmed) -> Outcome:
    return await render_document(tools, document_of(event))


async def save(
    work: UnitOfWork, _tools: Tools, outcomes: Sequence[tuple[Received[DocumentConfirmed], Outcome]]
) -> None:
    await save_outcomes(work, outcomes)


async def parked(work: UnitOfWork, _tools: Tools, message: Received[DocumentConfirmed], reason: str) -> None:
    """The document gets no file before a person has acted, like any that is held."""
    await hold_document(work, message, held_by(not_rendered(reason)))


async def client_changed(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[ClientChanged]]) -> None:
    await store.keep_logos(work.session, [client_logo(message.event) for message in messages])


def batch_size(tools: Tools) -> int:
    """Four documents for each child process. While one worker commits its batch, the children render the other's."""
    return 4 * tools.settings.workers


SUBSCRIPTIONS: tuple[Subscription[Tools], ...] = (
    on_prepared(DocumentConfirmed, prepare=render, handle=save, size=batch_size, parked=parked),
    on_batch(ClientChanged, client_changed),
    on(ApiKeyChanged, key_changed),
    on(ApiKeysCurrent, keys_current),
)
