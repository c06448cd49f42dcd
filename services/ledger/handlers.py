"""What the ledger does with each event it subscribes to."""

from collections.abc import Sequence
from typing import TypeVar

from services.ledger.domain.payment_rules import Movement, entry_for_payment
from services.ledger.domain.posting_rules import entry_for_document
from services.ledger.events import matched, refunded, sold_document, undone, unmatched
from services.ledger.tools import Tools
from services.ledger.usecases.open_books import open_books
from services.ledger.usecases.post_entries import post_entries
from shared.contracts.customers import ApiKeyChanged, ApiKeysCurrent, ClientChanged
from shared.contracts.delivery import DocumentDelayed, DocumentDispatched, DocumentUndeliverable
from shared.contracts.payments import MatchUndone, PaymentMatched, PaymentRefunded, PaymentUnmatched
from shared.contracts.rendering import DocumentHeld
from shared.db.database import Cause, UnitOfWork
from shared.http.auth import key_changed
from shared.http.key_news import keys_current
from shared.messaging.subscription import Received, Subscription, on, on_batch

Followed = TypeVar("Followed", DocumentDispatched, DocumentDelayed, DocumentUndeliverable, DocumentHeld)


async def set_up_client(work: UnitOfWork, _tools: Tools, event: ClientChanged) -> None:
    await open_books(work, [event.client_id])


async def post_documents(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[Followed]]) -> None:
    """The first of these events posts the document; later ones find it posted already."""
    documents = [(sold_document(message.event.document), message.cause) for message in messages]
    await post_entries(
        work, [(entry_for_document(document), cause) for document, cause in documents if document is not None]
    )


async def post_matched(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[PaymentMatched]]) -> None:
    await _post_movements(work, [(matched(message.event), message.cause) for message in messages])


async def post_unmatched(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[PaymentUnmatched]]) -> None:
    await _post_movements(work, [(unmatched(message.event), message.cause) for message in messages])


async def post_undone(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[MatchUndone]]) -> None:
    await _post_movements(work, [(undone(message.event), message.cause) for message in messages])


async def post_refunded(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[PaymentRefunded]]) -> None:
    await _post_movements(work, [(refunded(message.event), message.cause) for message in messages])


async def _post_movements(work: UnitOfWork, movements: Sequence[tuple[Movement, Cause]]) -> None:
    await post_entries(work, [(entry_for_payment(movement), cause) for movement, cause in movements])


SUBSCRIPTIONS: tuple[Subscription[Tools], ...] = (
    on(ClientChanged, set_up_client),
    on(ApiKeyChanged, key_changed),
    on(ApiKeysCurrent, keys_current),
    on_batch(DocumentDispatched, post_documents),
    on_batch(DocumentDelayed, post_documents),
    on_batch(DocumentUndeliverable, post_documents),
    on_batch(DocumentHeld, post_documents),
    on_batch(PaymentMatched, post_matched),
    on_batch(PaymentUnmatched, post_unmatched),
    on_batch(MatchUndone, post_undone),
    on_batch(PaymentRefunded, post_refunded),
)
