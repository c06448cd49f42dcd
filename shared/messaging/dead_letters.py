"""Dead letters, messages that the broker has given up on, are parked: there is one list of what failed."""

import asyncio
from collections.abc import Callable
from typing import Any

from shared.db.database import Database
from shared.messaging.failure_store import FailureStore
from shared.messaging.pipeline import Pipeline
from shared.messaging.rabbit import RabbitBus, RabbitDelivery
from shared.messaging.topology import dead_letter_queue

REASON = "returned too often: handling it ends the process each time"

PipelineOf = Callable[[str], Pipeline[Any] | None]
"""The pipeline of a consumer, by its name; None when the service has no such consumer."""


async def park_dead_letters(bus: RabbitBus, service: str, database: Database, pipeline_of: PipelineOf) -> None:
    """Park each dead letter under the queue that rejected it, which is its consumer's name, as that consumer would.

    A queue that the service does not consume says nothing: whoever publishes can write the header. Such a letter is
    parked under the queue of dead letters, and `strays.py` finds its consumer when it is replayed.
    """
    parking: set[asyncio.Task[None]] = set()
    otherwise = FailureStore(dead_letter_queue(service).name, database)

    def receive(letter: RabbitDelivery) -> None:
        consumer = pipeline_of(str(letter.headers.get("x-first-death-queue", ""))) or otherwise
        task = asyncio.create_task(consumer.park(letter, REASON))
        parking.add(task)
        task.add_done_callback(parking.discard)

    await bus.listen_for_dead_letters(receive)
