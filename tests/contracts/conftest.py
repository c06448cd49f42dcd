"""Both buses, for suites that test the same promises on each."""

from collections.abc import AsyncIterator, Iterator

import pytest

from dev.broker import PrivateBroker
from shared.clock import MovableClock
from tests.conftest import NOON
from tests.support.buses import Buses
from tests.support.postgres import TestPostgres


@pytest.fixture(scope="session")
def shared_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateBroker]:
    """One RabbitMQ for all suites here. Tests may restart it, but must leave it running."""
    with PrivateBroker(tmp_path_factory.mktemp("shared-broker")) as running:
        yield running


@pytest.fixture(params=["memory", pytest.param("rabbit", marks=pytest.mark.rabbit)])
async def buses(request: pytest.FixtureRequest, postgres: TestPostgres) -> AsyncIterator[Buses]:
    """Runs the test once on each bus."""
    broker = request.getfixturevalue("shared_broker") if request.param == "rabbit" else None
    buses = Buses(postgres, broker, MovableClock(NOON))
    yield buses
    await buses.close()


@pytest.fixture
async def rabbit(shared_broker: PrivateBroker, postgres: TestPostgres) -> AsyncIterator[Buses]:
    """RabbitMQ only, for tests with a broker that fails."""
    buses = Buses(postgres, shared_broker, MovableClock(NOON))
    yield buses
    await buses.close()
