"""What rendering listens to."""

from services.rendering.settings import RenderingSettings
from services.rendering.usecases.keep_outcomes import keep_outcomes
from services.rendering.usecases.render_document import render_document
from shared.contracts.customers import ApiKeyChanged
from shared.contracts.documents import DocumentConfirmed
from shared.http.auth import keep_key
from shared.messaging.subscription import Subscription, on, on_prepared

# A batch has a few documents for each child, and a second is in hand while the first is committed: no child waits.
_CHILDREN = RenderingSettings().workers

REACTIONS: tuple[Subscription, ...] = (
    on_prepared(DocumentConfirmed, prepare=render_document, handle=keep_outcomes, size=4 * _CHILDREN, workers=2),
    on(ApiKeyChanged, keep_key),
)
