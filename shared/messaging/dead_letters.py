"""Dead letters, messages that the broker has given up on, are parked: there is one list of what failed."""

import asyncio

from shared.db.database import Database
from shared.messaging.failure_store import FailureStore
from shared.messaging.rabbit import RabbitBus, RabbitDelivery
from shared.messaging.topology import dead_letter_queue

REASON = "returned too often: handling it ends the process each time"


async def park_dead_letters(bus: RabbitBus, service: str, database: Database) -> None:
    """Park each dead letter under the queue that rejected it, which is its consumer's name; where the broker does not
    say, under the queue of dead letters. `strays.py` finds the consumer when such a message is replayed."""
    parking: set[asyncio.Task[None]] = set()

    def receive(letter: RabbitDelivery) -> None:
        consumer = _first_queue(letter) or dead_letter_queue(service).name
        task = asyncio.create_task(FailureStore(consumer, database).park(letter, REASON))
        parking.add(task)
        task.add_done_callback(parking.discard)

    await bus.listen_for_dead_letters(receive)


def _first_queue(letter: RabbitDelivery) -> str:
    return str(letter.headers.get("x-first-death-queue", ""))
