"""What delivery hears, and what it does about it."""

from collections.abc import Sequence

from services.delivery.tools import Tools
from services.delivery.usecases.take_in import take_in
from shared.contracts.customers import ApiKeyChanged
from shared.contracts.rendering import DocumentRendered
from shared.db.database import UnitOfWork
from shared.http.auth import keep_key
from shared.messaging.subscription import BATCH, Heard, Subscription, on


async def _with_tools(tools: Tools, _fact: DocumentRendered) -> Tools:
    return tools


async def _deliver(work: UnitOfWork, heard: Sequence[Heard[DocumentRendered]], prepared: Sequence[Tools]) -> None:
    """Nothing leaves the house here: the mail workers are woken once the deliveries are committed."""
    tools = prepared[0]
    if await take_in(work, heard, tools.settings.terms, tools.settings.domain):
        work.after_commit(tools.wake)


REACTIONS: tuple[Subscription, ...] = (
    Subscription(DocumentRendered, _deliver, prepare=_with_tools, batch=BATCH, workers=1),
    on(ApiKeyChanged, keep_key),
)
