"""How a service says what it listens to. A service's `handlers.py` is a table of these, readable at a glance."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.contracts.envelope import Fact
from shared.db.database import Cause, UnitOfWork

F = TypeVar("F", bound=Fact)
P = TypeVar("P")

PREFETCH = 20
BATCH = 50


@dataclass(frozen=True)
class Heard(Generic[F]):
    """A fact in a batch, with what caused it, so that what is said of it carries the right cause."""

    fact: F
    cause: Cause


@dataclass(frozen=True)
class Subscription:
    """A reaction of a service to a fact.

    `prepare` runs before the transaction and may take long (rendering); its result reaches `handle`. Whatever it does
    must be safe to do twice.
    """

    fact: type[Fact]
    handle: Callable[[UnitOfWork, Sequence[Heard[Any]], Sequence[Any]], Awaitable[None]]
    prepare: Callable[[Any, Any], Awaitable[Any]] | None = None
    batch: int = 1
    workers: int = 4

    @property
    def prefetch(self) -> int:
        """What is in hand and not yet settled. Prepared work is long, so each worker has one batch and no more
        waiting."""
        if self.prepare is not None:
            return (self.workers + 1) * self.batch
        return max(self.workers, PREFETCH) if self.batch == 1 else 4 * self.batch


def on(fact: type[F], handle: Callable[[UnitOfWork, F], Awaitable[None]], *, workers: int = 4) -> Subscription:
    """One message, one transaction."""

    async def each(work: UnitOfWork, heard: Sequence[Heard[F]], _prepared: Sequence[Any]) -> None:
        for one in heard:
            await handle(work, one.fact)

    return Subscription(fact, each, workers=workers)


def on_batch(
    fact: type[F], handle: Callable[[UnitOfWork, Sequence[Heard[F]]], Awaitable[None]], *, size: int = BATCH
) -> Subscription:
    """Many messages, one transaction, one call. A batch that fails is taken apart and handled one by one."""

    async def all_of(work: UnitOfWork, heard: Sequence[Heard[F]], _prepared: Sequence[Any]) -> None:
        await handle(work, heard)

    return Subscription(fact, all_of, batch=size, workers=1)


def on_prepared(
    fact: type[F],
    prepare: Callable[[Any, F], Awaitable[P]],
    handle: Callable[[UnitOfWork, Sequence[tuple[Heard[F], P]]], Awaitable[None]],
    *,
    size: int,
    workers: int = 2,
) -> Subscription:
    """Long work first (given the service's tools), for the whole batch at once and outside the transaction; then many
    messages, one transaction. A batch in which one cannot be prepared is taken apart and handled one by one."""

    async def with_prepared(work: UnitOfWork, heard: Sequence[Heard[F]], prepared: Sequence[Any]) -> None:
        await handle(work, list(zip(heard, prepared, strict=True)))

    return Subscription(fact, with_prepared, prepare=prepare, batch=size, workers=workers)
