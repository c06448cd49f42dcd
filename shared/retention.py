"""The worker of every service that prunes its outbox, inbox and idempotency keys.

Any number of processes may run it: they take turns by an advisory lock. It needs no rights but the service's own.
"""

import asyncio
from datetime import datetime, timedelta

import structlog

from shared.db import retention
from shared.db.database import Cause, Database
from shared.db.retention import Position, Pruning
from shared.messaging.outcome import Nature, nature
from shared.observability.metrics import PRUNED
from shared.settings import CommonSettings

FIRST_AFTER_S = 60.0
"""After the start of a process, which has other things to do."""
PAUSE_S = 3600.0
"""Between two rounds. The limits are whole days, so that all but one round a day find little."""
BATCH_PAUSE_S = 0.05
"""Between two batches: requests and messages come first."""

_CAUSE = Cause("retention")
_log = structlog.get_logger(__name__)


async def keep_pruning(service: str, database: Database, settings: CommonSettings) -> None:
    """Run until cancelled. No error ends it: what is old today is old tomorrow."""
    await asyncio.sleep(FIRST_AFTER_S)
    while True:
        try:
            await prune(service, database, settings)
        except Exception as error:
            if nature(error) is not Nature.OUTAGE:
                _log.exception("retention_failed", service=service, error=type(error).__name__)
        await asyncio.sleep(PAUSE_S)


async def prune(service: str, database: Database, settings: CommonSettings) -> dict[str, int]:
    """Prune everything that is old by the service's clock; returns how many rows of each kind.

    The marks are committed first: whoever reads a mark and then the table never misses a row above the mark.
    """
    now = database.clock.now()
    async with database.unit(_CAUSE) as work:
        for what, before in _limits(now, settings).items():
            await retention.mark(work.session, what, before)
        consumers = await retention.consumers(work.session)
    counts: dict[str, int] = {}
    for pruning in _prunings(now, settings, consumers):
        counts[pruning.what] = counts.get(pruning.what, 0) + await _prune_all(service, database, pruning)
    if any(counts.values()):
        _log.info("pruned", service=service, **{what.replace(" ", "_"): rows for what, rows in counts.items()})
    return counts


def _limits(now: datetime, settings: CommonSettings) -> dict[str, datetime]:
    days = {
        retention.OUTBOX: settings.outbox_days,
        retention.INBOX: settings.inbox_days,
        retention.IDEMPOTENCY: settings.idempotency_days,
    }
    return {what: _days_before(now, count) for what, count in days.items()}


def _prunings(now: datetime, settings: CommonSettings, consumers: list[str]) -> list[Pruning]:
    limits = _limits(now, settings)
    return [
        retention.old_events(limits[retention.OUTBOX]),
        *(retention.old_messages(consumer, limits[retention.INBOX]) for consumer in consumers),
        retention.old_untimed_messages(limits[retention.INBOX]),
        retention.discarded_bodies(_days_before(now, settings.discarded_body_days)),
        retention.old_idempotency_keys(limits[retention.IDEMPOTENCY]),
    ]


def _days_before(now: datetime, days: int) -> datetime:
    """The start of the day (UTC) that many days ago: a limit that moves once a day."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)


async def _prune_all(service: str, database: Database, pruning: Pruning) -> int:
    """Batch by batch until little is left, or another process is at it."""
    rows, after = 0, pruning.after
    while True:
        batch = await _prune_batch(database, pruning, after)
        PRUNED.labels(service, pruning.what).inc(batch.rows)
        rows, after = rows + batch.rows, batch.position or after
        if batch.rows < retention.BATCH:
            return rows
        await asyncio.sleep(BATCH_PAUSE_S)


async def _prune_batch(database: Database, pruning: Pruning, after: Position) -> retention.Pruned:
    async with database.unit(_CAUSE) as work:
        if not await retention.try_lock(work.session):
            return retention.Pruned(0, None)
        return await retention.prune(work.session, pruning, after)
