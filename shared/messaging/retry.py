"""The worker that retries waiting messages. Any number of processes may run it: a row is locked while it is tried."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from shared.db.database import Database
from shared.messaging import inbox
from shared.messaging.outcome import Nature, nature
from shared.messaging.pipeline import Pipeline

_log = structlog.get_logger(__name__)


async def retry_waiting(database: Database, pipelines: Mapping[str, Pipeline[Any]], pause_s: float) -> None:
    """Run until cancelled. Each consumer has a task of its own, so that a slow one does not delay the others."""
    busy: set[str] = set()
    async with asyncio.TaskGroup() as group:
        while True:
            for consumer in (await _consumers_due(database) - busy) & pipelines.keys():
                busy.add(consumer)
                group.create_task(_serve(database, pipelines[consumer], busy), name=f"{consumer}-retry")
            await asyncio.sleep(pause_s)


async def retry_round(database: Database, pipeline: Pipeline[Any]) -> int:
    """Try each due message of a consumer once; returns how many were tried."""
    now = database.clock.now()
    due: list[inbox.Due] = await database.read(lambda session: inbox.due(session, pipeline.consumer, now))
    return sum([await pipeline.again(message) for message in due])


async def _consumers_due(database: Database) -> set[str]:
    now = database.clock.now()
    try:
        consumers: set[str] = await database.read(lambda session: inbox.consumers_due(session, now))
    except Exception as error:
        _report(error)
        return set()
    return consumers


async def _serve(database: Database, pipeline: Pipeline[Any], busy: set[str]) -> None:
    try:
        while await retry_round(database, pipeline):
            pass
    except Exception as error:
        _report(error)
    finally:
        busy.discard(pipeline.consumer)


def _report(error: Exception) -> None:
    """Log everything but an outage, which the pipelines and the relay log already."""
    if nature(error) is not Nature.OUTAGE:
        _log.error("retry_round_failed", exc_info=error)
