"""The two buses, for the suites that hold both to the same promises."""

from collections.abc import AsyncIterator, Iterator

import pytest

from dev.broker import PrivateBroker
from shared.clock import MovableClock
from tests.conftest import NOON
from tests.support.buses import Buses
from tests.support.postgres import TestPostgres


@pytest.fixture(scope="session")
def shared_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateBroker]:
    """One RabbitMQ for all suites here; tests may restart it and must leave it running."""
    with PrivateBroker(tmp_path_factory.mktemp("shared-broker")) as running:
        yield running


@pytest.fixture(params=["memory", pytest.param("rabbit", marks=pytest.mark.rabbit)])
async def buses(request: pytest.FixtureRequest, postgres: TestPostgres) -> AsyncIterator[Buses]:
    """The same test on both buses."""
    broker = request.getfixturevalue("shared_broker") if request.param == "rabbit" else None
    made = Buses(postgres, broker, MovableClock(NOON))
    yield made
    await made.close()


@pytest.fixture
async def rabbit(shared_broker: PrivateBroker, postgres: TestPostgres) -> AsyncIterator[Buses]:
    """RabbitMQ only, for promises about a broker that is away."""
    made = Buses(postgres, shared_broker, MovableClock(NOON))
    yield made
    await made.close()
