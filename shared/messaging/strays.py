"""Waiting messages of a consumer that this process does not have: replayed dead letters, or of a dropped subscription.

A service has one consumer for each event type, so the type says where such a message belongs.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from shared.contracts.envelope import Envelope
from shared.db.database import Cause, Database
from shared.messaging import inbox, topology
from shared.messaging.failure_store import FailureStore
from shared.messaging.origin import ForgedEvent, owner_of
from shared.messaging.outcome import describe
from shared.messaging.pipeline import Pipeline

PATIENCE = timedelta(hours=1)
"""While a new version is rolled out, an older copy does not know the newer one's consumers: leave those to it."""


async def place_strays(database: Database, consumer: str, pipelines: Iterable[Pipeline[Any]]) -> None:
    """Move each due message of an unknown consumer to the consumer of its type. One that has none is parked again."""
    by_type = {pipeline.subscription.event.TYPE: pipeline.consumer for pipeline in pipelines}
    now = database.clock.now()
    for message in await database.read(lambda session: inbox.due(session, consumer, now)):
        await _place(database, message, by_type)
    overdue = await database.read(lambda session: inbox.due(session, consumer, now - PATIENCE))
    for message in overdue:
        await FailureStore(consumer, database).park_again(message, "no consumer of this service takes this event")


async def _place(database: Database, message: inbox.Due, by_type: dict[str, str]) -> None:
    try:
        target = by_type.get(_type_of(message))
    except (ValidationError, ForgedEvent) as error:
        await FailureStore(message.consumer, database).park_again(message, describe(error))
        return
    if target is not None:
        async with database.unit(Cause("inbox")) as work:
            await inbox.move(work.session, message, target)


def _type_of(message: inbox.Due) -> str:
    """Raises ForgedEvent when another service owns the type of the event than that of its queue: who published it was
    judged by the queue when it could not be read."""
    event_type = Envelope.model_validate_json(message.body).type
    queue_type = topology.event_type(message.consumer)
    if queue_type != topology.DEAD_LETTERS_OF_SERVICE and owner_of(queue_type) != owner_of(event_type):
        raise ForgedEvent(f"{event_type} came as {queue_type}")
    return event_type
