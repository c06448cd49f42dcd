"""The worker that retries waiting messages. Any number of processes may run it: a row is locked while it is tried."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from shared.db.database import Cause, Database
from shared.messaging import inbox
from shared.messaging.outcome import Nature, nature
from shared.messaging.pipeline import Pipeline
from shared.messaging.strays import place_strays

PUT_OFF = timedelta(minutes=10)

_log = structlog.get_logger(__name__)


async def retry_waiting(database: Database, pipelines: Mapping[str, Pipeline[Any]], pause_s: float) -> None:
    """Run until cancelled. Each consumer has a task of its own, so that a slow one does not delay the others."""
    busy: set[str] = set()
    async with asyncio.TaskGroup() as group:
        while True:
            due = await _consumers_due(database) - busy
            for consumer in due & pipelines.keys():
                busy.add(consumer)
                group.create_task(_serve(database, pipelines[consumer], busy), name=f"{consumer}-retry")
            for consumer in due - pipelines.keys():
                await _place(database, consumer, pipelines)
            await asyncio.sleep(pause_s)


async def retry_round(database: Database, pipeline: Pipeline[Any]) -> int:
    """Try each due message of a consumer once; returns how many were settled or stored. No message ends the round."""
    now = database.clock.now()
    due: list[inbox.Due] = await database.read(lambda session: inbox.due(session, pipeline.consumer, now))
    return sum([await _try(database, pipeline, message) for message in due])


async def _try(database: Database, pipeline: Pipeline[Any], message: inbox.Due) -> bool:
    try:
        return await pipeline.again(message)
    except Exception as error:
        _report(error)
        return await _put_off(database, message)


async def _put_off(database: Database, message: inbox.Due) -> bool:
    """For a message whose failure cannot even be stored, so that it does not fill every round."""
    try:
        async with database.unit(Cause("inbox")) as work:
            await inbox.put_off(work.session, message, work.clock.now() + PUT_OFF)
    except Exception as error:
        _report(error)
        return False
    return True


async def _place(database: Database, consumer: str, pipelines: Mapping[str, Pipeline[Any]]) -> None:
    try:
        await place_strays(database, consumer, pipelines.values())
    except Exception as error:
        _report(error)


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
