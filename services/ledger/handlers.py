"""What the ledger does when it hears something."""

from collections.abc import Sequence
from typing import TypeVar

from services.ledger.domain.posting_rules import entry_for_document, entry_for_payment
from services.ledger.tools import Tools
from services.ledger.usecases.open_books import open_books
from services.ledger.usecases.post_entries import post_entries
from shared.contracts.customers import ApiKeyChanged, ClientChanged
from shared.contracts.delivery import DocumentDelayed, DocumentDispatched, DocumentUndeliverable
from shared.contracts.payments import PaymentMatched
from shared.db.database import UnitOfWork
from shared.http.auth import key_changed
from shared.messaging.subscription import Received, Subscription, on, on_batch

Delivered = TypeVar("Delivered", DocumentDispatched, DocumentDelayed, DocumentUndeliverable)


async def set_up_client(work: UnitOfWork, _tools: Tools, event: ClientChanged) -> None:
    await open_books(work, [event.client_id])


async def post_documents(work: UnitOfWork, _tools: Tools, received: Sequence[Received[Delivered]]) -> None:
    """Whatever delivery says first of a document posts it; what it says later finds the entry there."""
    drafts = [(entry_for_document(one.event.document), one.cause) for one in received]
    await post_entries(work, [(draft, cause) for draft, cause in drafts if draft is not None])


async def post_payments(work: UnitOfWork, _tools: Tools, received: Sequence[Received[PaymentMatched]]) -> None:
    await post_entries(work, [(entry_for_payment(one.event), one.cause) for one in received])


REACTIONS: tuple[Subscription[Tools], ...] = (
    on(ClientChanged, set_up_client),
    on(ApiKeyChanged, key_changed),
    on_batch(DocumentDispatched, post_documents),
    on_batch(DocumentDelayed, post_documents),
    on_batch(DocumentUndeliverable, post_documents),
    on_batch(PaymentMatched, post_payments),
)
