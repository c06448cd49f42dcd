"""A service as one value, which its `service.py` fills in; the runners need nothing else.

`T` is the type of the service's tools: the adapters that stay open for the life of the process.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Generic, TypeVar

from fastapi import APIRouter
from sqlalchemy import MetaData
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import Clock
from shared.contracts.envelope import Event
from shared.db.database import Cause, Database
from shared.ids import new_id
from shared.messaging.subscription import Subscription
from shared.problems import Refusals
from shared.settings import CommonSettings

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


@dataclass(frozen=True)
class Invariant:
    """Something that must always be true in this service's database, and how to find what breaks it."""

    name: str
    promise: str
    violations: str | Callable[[AsyncSession], Awaitable[list[str]]]
    """SQL that returns the offending rows (each is printed as one line), or a function that returns such lines."""


@dataclass(frozen=True)
class UnderWay:
    """What may be unfinished here for a while: until its time is over, `verify` does not count it as broken."""

    name: str
    promise: str
    thing: str
    """One of them, such as `letter at the print shop`; an s after the first word makes the plural."""
    query: str
    """SQL with the columns `key` (the id that its records have, as text), `also` (another id whose records wait for it,
    or null), `since`, and `until`: when it should be finished."""


@dataclass(frozen=True)
class Host:
    """What a process gives a service for opening its tools."""

    settings: CommonSettings
    clock: Clock
    wake_jobs: Callable[[], None]
    """Run the jobs without an interval of their own now: there is work."""


@dataclass(frozen=True)
class JobContext(Generic[T]):
    database: Database
    tools: T

    @property
    def clock(self) -> Clock:
        return self.database.clock

    def cause(self) -> Cause:
        """A new cause: what a job does was set off by no message or call."""
        return Cause(str(new_id()))


@dataclass(frozen=True)
class Job(Generic[T_contra]):
    """Work that the clock starts. It must be safe to run twice at once: its effects have unique keys of their own.

    `run` returns how much it did; after a round that did something the next follows at once.
    """

    name: str
    run: Callable[[JobContext[T_contra]], Awaitable[int]]
    every: timedelta | None = None
    """Time between rounds, by the clock alone. None means `job_pause_s` of the settings; then `Host.wake_jobs` starts a
    round at once."""
    workers: int = 1


@dataclass(frozen=True)
class NoTools:
    """The tools of a service that uses nothing but its database and the bus."""


@asynccontextmanager
async def no_tools(_host: Host) -> AsyncIterator[NoTools]:
    yield NoTools()


@dataclass(frozen=True)
class Service(Generic[T]):
    name: str
    tables: MetaData
    migrations: Path
    publishes: tuple[type[Event], ...]
    subscriptions: tuple[Subscription[T], ...]
    router: APIRouter
    refusals: Refusals
    invariants: tuple[Invariant, ...]
    open_tools: Callable[[Host], AbstractAsyncContextManager[T]]
    """Opens the adapters (mail, object store, renderer); they are closed when the process stops."""
    jobs: tuple[Job[T], ...] = ()
    attention: Mapping[str, str] = field(default_factory=dict)
    """What waits for a person besides parked messages: a kind, and SQL with the columns `id`, `since` and `reason` over
    a short list; `:now` is the time. `faktura_attention` counts them, and `./faktura parked list` names them."""
    records: Mapping[str, str] = field(default_factory=dict)
    """Records for reconciliation with other services: a name, and SQL with the columns `key` and `value` (both text),
    so that the records of two services can be compared."""
    under_way: tuple[UnderWay, ...] = ()
