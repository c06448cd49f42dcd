"""What delivery does when an event arrives."""

from collections.abc import Sequence

from services.delivery.tools import Tools
from services.delivery.usecases.deliveries.accept_documents import accept_documents
from shared.contracts.customers import ApiKeyChanged, ApiKeysCurrent
from shared.contracts.rendering import DocumentRendered
from shared.db.database import UnitOfWork
from shared.http.auth import key_changed
from shared.http.key_news import keys_current
from shared.messaging.subscription import Received, Subscription, on, on_batch


async def document_rendered(work: UnitOfWork, tools: Tools, messages: Sequence[Received[DocumentRendered]]) -> None:
    """Sends nothing itself: the mail job is woken once the deliveries are committed."""
    if await accept_documents(work, messages, tools.terms, tools.settings.domain):
        work.after_commit(tools.wake)


SUBSCRIPTIONS: tuple[Subscription[Tools], ...] = (
    on_batch(DocumentRendered, document_rendered),
    on(ApiKeyChanged, key_changed),
    on(ApiKeysCurrent, keys_current),
)
