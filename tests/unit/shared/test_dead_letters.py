"""A dead letter is parked under the queue that it comes from, never under a consumer that it was not meant for."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from shared.db.database import Database
from shared.messaging import dead_letters
from shared.messaging.dead_letters import REASON, park_dead_letters
from shared.messaging.rabbit import RabbitBus, RabbitDelivery
from tests.support.eventually import eventually


class Letter:
    def __init__(self, **headers: str) -> None:
        self.headers = headers


class OneLetterBus:
    """Delivers one dead letter to whoever listens."""

    def __init__(self, letter: Letter) -> None:
        self._letter = letter

    async def listen_for_dead_letters(self, receive: Callable[[RabbitDelivery], None]) -> None:
        receive(cast(RabbitDelivery, self._letter))


@pytest.mark.parametrize(
    ("headers", "consumer"),
    [
        ({"x-first-death-queue": "ledger.second.v1"}, "ledger.second.v1"),
        ({"x-first-death-queue": "ledger.gone.v1"}, "ledger.dead-letters"),
        ({"x-first-death-queue": ""}, "ledger.dead-letters"),
        ({}, "ledger.dead-letters"),
    ],
)
async def test_a_dead_letter_is_parked_by_the_consumer_of_its_queue_or_as_a_dead_letter(
    headers: dict[str, str], consumer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parked: list[tuple[str, Any, str]] = []

    class Store:
        def __init__(self, consumer: str, _database: object = None) -> None:
            self._consumer = consumer

        async def park(self, message: Any, reason: str) -> None:
            parked.append((self._consumer, message, reason))

    def pipeline_of(name: str) -> Any:
        return Store(name) if name in {"ledger.first.v1", "ledger.second.v1"} else None

    monkeypatch.setattr(dead_letters, "FailureStore", Store)
    letter = Letter(**headers)

    await park_dead_letters(cast(RabbitBus, OneLetterBus(letter)), "ledger", cast(Database, None), pipeline_of)

    await eventually(lambda: parked)
    assert parked == [(consumer, letter, REASON)]
