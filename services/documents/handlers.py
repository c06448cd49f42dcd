"""What documents reacts to, and how: the table at the end is the whole of it."""

from collections.abc import Sequence

from services.documents.domain import news
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
from shared.http.auth import keep_key
from shared.messaging.subscription import Heard, Subscription, on, on_batch


async def client_changed(work: UnitOfWork, heard: Sequence[Heard[ClientChanged]]) -> None:
    await keep_clients(work, [one.fact for one in heard])


async def customer_changed(work: UnitOfWork, heard: Sequence[Heard[CustomerChanged]]) -> None:
    await keep_customers(work, [one.fact for one in heard])


async def held(work: UnitOfWork, heard: Sequence[Heard[DocumentHeld]]) -> None:
    await follow_deliveries(work, [news.held(one.fact, work.clock.today()) for one in heard])


async def dispatched(work: UnitOfWork, heard: Sequence[Heard[DocumentDispatched]]) -> None:
    await follow_deliveries(work, [news.dispatched(one.fact) for one in heard])


async def delayed(work: UnitOfWork, heard: Sequence[Heard[DocumentDelayed]]) -> None:
    await follow_deliveries(work, [news.delayed(one.fact, work.clock.today()) for one in heard])


async def undeliverable(work: UnitOfWork, heard: Sequence[Heard[DocumentUndeliverable]]) -> None:
    await follow_deliveries(work, [news.undeliverable(one.fact, work.clock.today()) for one in heard])


async def payment_matched(work: UnitOfWork, heard: Sequence[Heard[PaymentMatched]]) -> None:
    await follow_payments(work, [news.payment_received(one.fact) for one in heard])


async def document_settled(work: UnitOfWork, heard: Sequence[Heard[DocumentSettled]]) -> None:
    await follow_settlements(work, [news.settled(one.fact) for one in heard])


REACTIONS: tuple[Subscription, ...] = (
    on_batch(ClientChanged, client_changed),
    on_batch(CustomerChanged, customer_changed),
    on(ApiKeyChanged, keep_key),
    on_batch(DocumentHeld, held),
    on_batch(DocumentDispatched, dispatched),
    on_batch(DocumentDelayed, delayed),
    on_batch(DocumentUndeliverable, undeliverable),
    on_batch(PaymentMatched, payment_matched),
    on_batch(DocumentSettled, document_settled),
    on(DocumentOverdue, remind),
)
