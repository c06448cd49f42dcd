"""What rendering listens to."""

from services.rendering.settings import RenderingSettings
from services.rendering.usecases.keep_outcome import keep_outcome
from services.rendering.usecases.render_document import render_document
from shared.contracts.customers import ApiKeyChanged
from shared.contracts.documents import DocumentConfirmed
from shared.http.auth import keep_key
from shared.messaging.subscription import Subscription, on, on_prepared

# One more than there are children: while one document is being committed, no child waits for the next.
_WORKERS = RenderingSettings().workers + 1

REACTIONS: tuple[Subscription, ...] = (
    on_prepared(DocumentConfirmed, prepare=render_document, handle=keep_outcome, workers=_WORKERS),
    on(ApiKeyChanged, keep_key),
)
