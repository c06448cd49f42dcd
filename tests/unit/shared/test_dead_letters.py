"""A dead letter is parked under the consumer that it was meant for, so that a replay reaches the right handler."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from shared.messaging.dead_letters import REASON, park_dead_letters
from shared.messaging.pipeline import Pipeline
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


class ParkingPipeline:
    def __init__(self, consumer: str) -> None:
        self.consumer = consumer
        self.parked: list[tuple[Any, str]] = []

    async def park(self, message: Any, reason: str) -> None:
        self.parked.append((message, reason))


@pytest.mark.parametrize(
    ("headers", "consumer"),
    [
        ({"x-first-death-queue": "ledger.second.v1"}, "ledger.second.v1"),
        ({"x-first-death-queue": "ledger.first.v1"}, "ledger.first.v1"),
        ({"x-first-death-queue": "ledger.gone.v1"}, "ledger.first.v1"),
        ({}, "ledger.first.v1"),
    ],
)
async def test_a_dead_letter_is_parked_under_its_consumer_or_the_first(headers: dict[str, str], consumer: str) -> None:
    letter = Letter(**headers)
    pipelines = [ParkingPipeline("ledger.first.v1"), ParkingPipeline("ledger.second.v1")]

    await park_dead_letters(
        cast(RabbitBus, OneLetterBus(letter)), [cast(Pipeline[Any], pipeline) for pipeline in pipelines]
    )

    async def parked() -> list[str]:
        return [pipeline.consumer for pipeline in pipelines if pipeline.parked == [(letter, REASON)]]

    assert await eventually(parked) == [consumer]
