"""What a service is, in one value: its front door `service.py` fills this in, and the runners need nothing else."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from sqlalchemy import MetaData
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.envelope import Fact
from shared.messaging.subscription import Subscription
from shared.problems import Refusals

if TYPE_CHECKING:
    from shared.runtime import Runtime


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
class Job:
    """Work that the clock sets off. Must be safe to run twice at once: its effects have their own keys.

    `run` answers how much it did; when it did something it is run again at once.
    """

    name: str
    run: Callable[["Runtime"], Awaitable[int]]
    every: timedelta | None = None
    """None: as often as the house looks (`job_pause_s`), and whenever the service wakes its jobs."""
    workers: int = 1


@asynccontextmanager
async def no_tools(_runtime: "Runtime") -> AsyncIterator[None]:
    """For a service that reaches nothing outside its database and the bus."""
    yield None


@dataclass(frozen=True)
class Service:
    name: str
    tables: MetaData
    migrations: Path
    says: tuple[type[Fact], ...]
    subscriptions: tuple[Subscription, ...]
    router: APIRouter
    refusals: Refusals
    invariants: tuple[Invariant, ...]
    jobs: tuple[Job, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    """What this service can testify to in checks across services: a name, and SQL with the columns `key` and `value`
    (both text), so that two services' lists can be laid side by side."""
    tools: Callable[["Runtime"], AbstractAsyncContextManager[Any]] = no_tools
    """Opens the adapters (mail, object store, renderer) for the life of the process."""
