"""The events this service subscribes to, and what it does about each."""

from collections.abc import Sequence

from services.payments.events import client_account, sent_invoice
from services.payments.store import client_accounts
from services.payments.tools import Tools
from services.payments.usecases.note_sent import note_sent
from services.payments.usecases.open_claims import open_claims
from shared.contracts.customers import ApiKeyChanged, ApiKeysCurrent, ClientChanged
from shared.contracts.delivery import DocumentDispatched
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import UnitOfWork
from shared.http.auth import key_changed
from shared.http.key_news import keys_current
from shared.messaging.subscription import Received, Subscription, on, on_batch


async def client_changed(work: UnitOfWork, _tools: Tools, event: ClientChanged) -> None:
    await client_accounts.save(work.session, client_account(event))


async def document_confirmed(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[DocumentConfirmed]]) -> None:
    await open_claims(work, messages)


async def document_dispatched(
    work: UnitOfWork, _tools: Tools, messages: Sequence[Received[DocumentDispatched]]
) -> None:
    sent = (sent_invoice(message.event) for message in messages)
    await note_sent(work, [invoice for invoice in sent if invoice is not None])


UNHURRIED_S = 1.0
"""Only reminders need to know what was sent, days later."""

SUBSCRIPTIONS: tuple[Subscription[Tools], ...] = (
    on(ClientChanged, client_changed),
    on(ApiKeyChanged, key_changed),
    on(ApiKeysCurrent, keys_current),
    on_batch(DocumentConfirmed, document_confirmed),
    on_batch(DocumentDispatched, document_dispatched, interval_s=UNHURRIED_S),
)
