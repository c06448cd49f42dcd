"""What this service hears, and what it does about it."""

from services.payments.usecases.keep_client import keep_client
from services.payments.usecases.open_claims import open_claims
from shared.contracts.customers import ApiKeyChanged, ClientChanged
from shared.contracts.documents import DocumentConfirmed
from shared.http.auth import keep_key
from shared.messaging.subscription import Subscription, on, on_batch

REACTIONS: tuple[Subscription, ...] = (
    on(ClientChanged, keep_client),
    on(ApiKeyChanged, keep_key),
    on_batch(DocumentConfirmed, open_claims),
)
