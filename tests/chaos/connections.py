"""Database connections that break in the middle of a service's work."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import sqlalchemy as sa

from tests.support.local_system import SystemUnderTest

_BREAK = sa.text(
    "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity where application_name = :name"
)


@asynccontextmanager
async def breaking_connections(
    system: SystemUnderTest, rng: random.Random, victims: Sequence[str]
) -> AsyncIterator[Counter[str]]:
    """Now and then drop all database connections of a service; yields how many were dropped, by service.

    Raises at the end whatever stopped the breaking early: a fault that never happened proves nothing.
    """
    broken: Counter[str] = Counter()
    breaking = asyncio.create_task(_break(system, rng, victims, broken))
    try:
        yield broken
    finally:
        breaking.cancel()
        with suppress(asyncio.CancelledError):
            await breaking


async def _break(system: SystemUnderTest, rng: random.Random, victims: Sequence[str], broken: Counter[str]) -> None:
    engine = sa.create_engine(system.local.settings.owner_database("documents"), isolation_level="AUTOCOMMIT")
    try:
        while True:
            victim = rng.choice(victims)
            with engine.connect() as connection:
                broken[victim] += connection.scalar(_BREAK, {"name": f"faktura-{victim}"}) or 0
            await asyncio.sleep(rng.uniform(0.2, 0.6))
    finally:
        engine.dispose()
