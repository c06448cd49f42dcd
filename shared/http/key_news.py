"""How old this service's news of the API keys is. A revocation is an event, so while no events come keys would work for
ever; instead they are refused once the news is older than a limit.

Ages are by the database's own clock, since demonstrations and tests move the other by days. The owner of the keys has
no such row and is never stale; nor is a service before its first news.
"""

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.customers import ApiKeysCurrent
from shared.db.database import UnitOfWork
from shared.db.sql import run
from shared.observability.metrics import KEY_NEWS_AGE

NEWS_AGE_S = "(select extract(epoch from clock_timestamp() - fresh_at)::float8 from key_news)"
"""SQL for the age in seconds; null before the first news."""


async def keys_current(work: UnitOfWork, _tools: object, event: ApiKeysCurrent) -> None:
    """The handler that every service subscribes with. The news is fresh only when no change is missing from the copy:
    the change of a key may be waiting or parked while this event gets through."""
    await run(work.session, _NOTE, at=event.at, changes=event.changes)


async def measure_age(service: str, session: AsyncSession) -> None:
    age_s = await session.scalar(_AGE)
    if age_s is not None:
        KEY_NEWS_AGE.labels(service).set(age_s)


_AGE = sa.text(f"select {NEWS_AGE_S}")  # our own constant
_NOTE = sa.text(
    """
    insert into key_news (single, fresh_at) values (true, least(:at, clock_timestamp()))
    on conflict (single) do update set fresh_at = greatest(key_news.fresh_at, excluded.fresh_at)
    where (select coalesce(sum(version), 0) from api_key) >= :changes
    """
)
"""The first news starts the clock whether or not the copy is complete, so that one that never becomes so is noticed."""
