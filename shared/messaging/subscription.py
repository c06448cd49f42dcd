"""Subscriptions. A service's `handlers.py` is a table of them, readable at a glance."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.contracts.envelope import Event
from shared.db.database import Cause, UnitOfWork

T = TypeVar("T", contravariant=True)  # noqa: PLC0105  # `T` is what the tools are called everywhere
E = TypeVar("E", bound=Event)
P = TypeVar("P")

PREFETCH = 20
BATCH = 50
INTERVAL_S = 0.05
"""The least time between two batches that are not full, so that under load one transaction serves many messages. The
first batch after a quiet moment goes at once."""

BatchSize = int | Callable[[T], int]
"""How many messages share a transaction: a number, or one that depends on the opened tools."""


@dataclass(frozen=True)
class Received(Generic[E]):
    """An event in a batch, with the cause for what is emitted because of it."""

    event: E
    cause: Cause


@dataclass(frozen=True)
class Subscription(Generic[T]):
    """A service's reaction to an event; `T` is the type of its tools.

    `prepare` runs before the transaction and may take long (rendering); `handle` is given its results. It must be safe
    to run twice.
    """

    event: type[Event]
    handle: Callable[[UnitOfWork, T, Sequence[Received[Any]], Sequence[Any]], Awaitable[None]]
    prepare: Callable[[T, Any], Awaitable[Any]] | None = None
    batch: BatchSize[T] = 1
    workers: int = 4
    interval_s: float = INTERVAL_S
    parked: Callable[[UnitOfWork, T, Received[Any], str], Awaitable[None]] | None = None
    """Called with the reason in the transaction that parks a message: what others must know of it."""

    def batch_size(self, tools: T) -> int:
        return self.batch(tools) if callable(self.batch) else self.batch

    def prefetch(self, tools: T) -> int:
        """How many messages may be delivered but not settled. Where preparing makes them slow that is one batch for
        each worker, and one waiting."""
        batch = self.batch_size(tools)
        if self.prepare is not None:
            return (self.workers + 1) * batch
        return max(self.workers, PREFETCH) if batch == 1 else 4 * batch


def on(event: type[E], handle: Callable[[UnitOfWork, T, E], Awaitable[None]], *, workers: int = 4) -> Subscription[T]:
    """One message, one transaction."""

    async def handle_each(
        work: UnitOfWork, tools: T, messages: Sequence[Received[E]], _prepared: Sequence[Any]
    ) -> None:
        for received in messages:
            await handle(work, tools, received.event)

    return Subscription(event, handle_each, workers=workers)


def on_batch(
    event: type[E],
    handle: Callable[[UnitOfWork, T, Sequence[Received[E]]], Awaitable[None]],
    *,
    size: BatchSize[T] = BATCH,
    interval_s: float = INTERVAL_S,
) -> Subscription[T]:
    """Many messages, one transaction, one call. A batch that fails is handled again message by message."""

    async def handle_all(work: UnitOfWork, tools: T, messages: Sequence[Received[E]], _prepared: Sequence[Any]) -> None:
        await handle(work, tools, messages)

    return Subscription(event, handle_all, batch=size, workers=1, interval_s=interval_s)


def on_prepared(
    event: type[E],
    prepare: Callable[[T, E], Awaitable[P]],
    handle: Callable[[UnitOfWork, T, Sequence[tuple[Received[E], P]]], Awaitable[None]],
    *,
    size: BatchSize[T],
    parked: Callable[[UnitOfWork, T, Received[E], str], Awaitable[None]] | None = None,
) -> Subscription[T]:
    """Slow work first, concurrently for the whole batch and outside the transaction; then all in one transaction.

    A batch in which a message cannot be prepared is handled again message by message. `parked` is called with the
    reason in the transaction that parks a message.
    """

    async def handle_prepared(
        work: UnitOfWork, tools: T, messages: Sequence[Received[E]], prepared: Sequence[Any]
    ) -> None:
        await handle(work, tools, list(zip(messages, prepared, strict=True)))

    return Subscription(event, handle_prepared, prepare=prepare, batch=size, workers=2, parked=parked)
