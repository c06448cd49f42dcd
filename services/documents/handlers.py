"""What documents reacts to, and how: the table at the end is the whole of it."""

from collections.abc import Sequence

from services.documents.domain import news
from services.documents.tools import Tools
from services.documents.usecases.follow_deliveries import follow_deliveries
from services.documents.usecases.follow_payments import follow_payments
from services.documents.usecases.follow_settlements import follow_settlements
from services.documents.usecases.keep_clients import keep_clients
from services.documents.usecases.keep_customers import keep_customers
from services.documents.usecases.remind import remind
from shared.contracts.customers import ApiKeyChanged, ClientChanged, CustomerChanged
from shared.contracts.delivery import DocumentDelayed, DocumentDispatched, DocumentUndeliverable
from shared.contracts.payments import DocumentOverdue, DocumentSettled, PaymentMatched
from shared.contracts.rendering import DocumentHeld
from shared.db.database import UnitOfWork
from shared.http.auth import key_changed
from shared.messaging.subscription import Received, Subscription, on, on_batch


async def client_changed(work: UnitOfWork, _tools: Tools, received: Sequence[Received[ClientChanged]]) -> None:
    await keep_clients(work, [one.event for one in received])


async def customer_changed(work: UnitOfWork, _tools: Tools, received: Sequence[Received[CustomerChanged]]) -> None:
    await keep_customers(work, [one.event for one in received])


async def held(work: UnitOfWork, _tools: Tools, received: Sequence[Received[DocumentHeld]]) -> None:
    await follow_deliveries(work, [news.held(one.event, work.clock.today()) for one in received])


async def dispatched(work: UnitOfWork, _tools: Tools, received: Sequence[Received[DocumentDispatched]]) -> None:
    await follow_deliveries(work, [news.dispatched(one.event) for one in received])


async def delayed(work: UnitOfWork, _tools: Tools, received: Sequence[Received[DocumentDelayed]]) -> None:
    await follow_deliveries(work, [news.delayed(one.event, work.clock.today()) for one in received])


async def undeliverable(work: UnitOfWork, _tools: Tools, received: Sequence[Received[DocumentUndeliverable]]) -> None:
    await follow_deliveries(work, [news.undeliverable(one.event, work.clock.today()) for one in received])


async def payment_matched(work: UnitOfWork, _tools: Tools, received: Sequence[Received[PaymentMatched]]) -> None:
    await follow_payments(work, [news.payment_received(one.event) for one in received])


async def document_settled(work: UnitOfWork, _tools: Tools, received: Sequence[Received[DocumentSettled]]) -> None:
    await follow_settlements(work, [news.settled(one.event) for one in received])


async def document_overdue(work: UnitOfWork, _tools: Tools, event: DocumentOverdue) -> None:
    await remind(work, event)


REACTIONS: tuple[Subscription[Tools], ...] = (
    on_batch(ClientChanged, client_changed),
    on_batch(CustomerChanged, customer_changed),
    on(ApiKeyChanged, key_changed),
    on_batch(DocumentHeld, held),
    on_batch(DocumentDispatched, dispatched),
    on_batch(DocumentDelayed, delayed),
    on_batch(DocumentUndeliverable, undeliverable),
    on_batch(PaymentMatched, payment_matched),
    on_batch(DocumentSettled, document_settled),
    on(DocumentOverdue, document_overdue),
)
