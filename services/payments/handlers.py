"""The events this service subscribes to, and what it does about each."""

from collections.abc import Sequence

from services.payments.events import client_account
from services.payments.store import client_accounts
from services.payments.tools import Tools
from services.payments.usecases.open_claims import open_claims
from shared.contracts.customers import ApiKeyChanged, ClientChanged
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import UnitOfWork
from shared.http.auth import key_changed
from shared.messaging.subscription import Received, Subscription, on, on_batch


async def client_changed(work: UnitOfWork, _tools: Tools, event: ClientChanged) -> None:
    await client_accounts.save(work.session, client_account(event))


async def document_confirmed(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[DocumentConfirmed]]) -> None:
    await open_claims(work, messages)


SUBSCRIPTIONS: tuple[Subscription[Tools], ...] = (
    on(ClientChanged, client_changed),
    on(ApiKeyChanged, key_changed),
    on_batch(DocumentConfirmed, document_confirmed),
)
