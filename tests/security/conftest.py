"""The broker that suites here share."""

from collections.abc import Iterator

import pytest

from tests.support.broker_users import BrokerWithUsers


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerWithUsers]:
    """Tests may restart it and delete queues, but must leave it running with all of them."""
    broker = BrokerWithUsers(tmp_path_factory.mktemp("broker-with-users"))
    with broker.private:
        yield broker
