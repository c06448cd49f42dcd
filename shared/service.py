"""What a service is, in one value: its front door `service.py` fills this in, and the runners need nothing else.

`T` is the type of the service's tools: the adapters that it holds open for the life of the process.
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
    """Something that must always be true: a query that finds the rows which break it, or a function that does.

    A violation is one line of text that names the row.
    """

    name: str
    promise: str
    violations: str | Callable[[AsyncSession], Awaitable[list[str]]]
    """SQL whose rows are violations (joined to one line each), or a function that returns such lines."""


@dataclass(frozen=True)
class Host:
    """What a process gives a service to open its tools with."""

    settings: CommonSettings
    clock: Clock
    wake_jobs: Callable[[], None]
    """There is work for a job now: do not wait for its next round."""


@dataclass(frozen=True)
class JobContext(Generic[T]):
    """What a job works with."""

    database: Database
    tools: T

    @property
    def clock(self) -> Clock:
        return self.database.clock

    def cause(self) -> Cause:
        """A cause for what starts in a job and not in a message or a call."""
        return Cause(str(new_id()))


@dataclass(frozen=True)
class Job(Generic[T_contra]):
    """Work that the clock starts. Must be safe to run twice at once: its effects have their own keys.

    `run` returns how much it did; when it did something it runs again at once.
    """

    name: str
    run: Callable[[JobContext[T_contra]], Awaitable[int]]
    every: timedelta | None = None
    """None: every `job_pause_s` seconds, and whenever the service wakes its jobs."""
    workers: int = 1


@dataclass(frozen=True)
class NoTools:
    """The tools of a service that reaches nothing outside its database and the bus."""


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
    """Opens the adapters (mail, object store, renderer) for the life of the process."""
    jobs: tuple[Job[T], ...] = ()
    records: Mapping[str, str] = field(default_factory=dict)
    """What this service brings to reconciliations with others: a name, and SQL with the columns `key` and `value`
    (both text), so that two services' records can be laid side by side."""
