"""Dead letters, messages that the broker has given up on, are parked: there is one list of what failed."""

import asyncio
from collections.abc import Sequence
from typing import Any

from shared.messaging.pipeline import Pipeline
from shared.messaging.rabbit import RabbitBus, RabbitDelivery

REASON = "returned too often: handling it ends the process each time"


async def park_dead_letters(bus: RabbitBus, pipelines: Sequence[Pipeline[Any]]) -> None:
    """Park each dead letter under the consumer that it was meant for, or the first one when that is unknown."""
    if not pipelines:
        return
    by_consumer = {pipeline.consumer: pipeline for pipeline in pipelines}
    parking: set[asyncio.Task[None]] = set()

    def receive(letter: RabbitDelivery) -> None:
        pipeline = by_consumer.get(_first_queue(letter), pipelines[0])
        task = asyncio.create_task(pipeline.park(letter, REASON))
        parking.add(task)
        task.add_done_callback(parking.discard)

    await bus.listen_for_dead_letters(receive)


def _first_queue(letter: RabbitDelivery) -> str:
    """The queue that the message was rejected from; its name is the consumer's."""
    return str(letter.headers.get("x-first-death-queue", ""))
