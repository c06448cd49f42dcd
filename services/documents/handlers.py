"""What documents reacts to, and how: the table at the end is the whole of it."""

from collections.abc import Sequence

from services.documents import events
from services.documents.store import copies
from services.documents.tools import Tools
from services.documents.usecases.reminders.remind import remind
from services.documents.usecases.timelines.follow_deliveries import follow_deliveries
from services.documents.usecases.timelines.follow_payments import follow_payments
from services.documents.usecases.timelines.follow_settlements import follow_settlements
from shared.contracts.customers import ApiKeyChanged, ApiKeysCurrent, ClientChanged, CustomerChanged
from shared.contracts.delivery import DocumentDelayed, DocumentDispatched, DocumentUndeliverable
from shared.contracts.payments import DocumentOverdue, DocumentReopened, DocumentSettled, MatchUndone, PaymentMatched
from shared.contracts.rendering import DocumentHeld
from shared.db.database import UnitOfWork
from shared.http.auth import key_changed
from shared.http.key_news import keys_current
from shared.messaging.subscription import Received, Subscription, on, on_batch


async def client_changed(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[ClientChanged]]) -> None:
    await copies.keep_clients(work.session, [events.client(message.event) for message in messages])


async def customer_changed(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[CustomerChanged]]) -> None:
    await copies.keep_customers(work.session, [events.customer(message.event) for message in messages])


async def held(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[DocumentHeld]]) -> None:
    await follow_deliveries(work, [events.held(message.event, work.clock.today()) for message in messages])


async def dispatched(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[DocumentDispatched]]) -> None:
    await follow_deliveries(work, [events.dispatched(message.event) for message in messages])


async def delayed(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[DocumentDelayed]]) -> None:
    await follow_deliveries(work, [events.delayed(message.event, work.clock.today()) for message in messages])


async def undeliverable(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[DocumentUndeliverable]]) -> None:
    await follow_deliveries(work, [events.undeliverable(message.event, work.clock.today()) for message in messages])


async def payment_matched(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[PaymentMatched]]) -> None:
    await follow_payments(work, [events.payment_received(message.event) for message in messages])


async def match_undone(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[MatchUndone]]) -> None:
    await follow_payments(work, [events.payment_undone(message.event) for message in messages])


async def document_settled(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[DocumentSettled]]) -> None:
    await follow_settlements(work, [events.settled(message.event) for message in messages])


async def document_reopened(work: UnitOfWork, _tools: Tools, messages: Sequence[Received[DocumentReopened]]) -> None:
    await follow_settlements(work, [events.reopened(message.event) for message in messages])


async def document_overdue(work: UnitOfWork, tools: Tools, event: DocumentOverdue) -> None:
    await remind(work, tools, events.overdue(event))


SUBSCRIPTIONS: tuple[Subscription[Tools], ...] = (
    on_batch(ClientChanged, client_changed),
    on_batch(CustomerChanged, customer_changed),
    on(ApiKeyChanged, key_changed),
    on(ApiKeysCurrent, keys_current),
    on_batch(DocumentHeld, held),
    on_batch(DocumentDispatched, dispatched),
    on_batch(DocumentDelayed, delayed),
    on_batch(DocumentUndeliverable, undeliverable),
    on_batch(PaymentMatched, payment_matched),
    on_batch(MatchUndone, match_undone),
    on_batch(DocumentSettled, document_settled),
    on_batch(DocumentReopened, document_reopened),
    on(DocumentOverdue, document_overdue),
)
