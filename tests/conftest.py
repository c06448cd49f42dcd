"""Fixtures for all tests; their parts are in `tests/support`."""

import asyncio
import gc
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from services.system import load
from shared.clock import MovableClock
from shared.messaging.memory import MemoryBus
from shared.observability import logs
from shared.runtime import running
from tests.support.base_folder import database_folder, make_base_folder, remove_base_folder
from tests.support.postgres import TestPostgres, test_postgres
from tests.support.service import ServiceUnderTest, StartService, client_for

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
SEED = 20261123
_BASE_FOLDER, _FAILED = pytest.StashKey[Path](), pytest.StashKey[bool]()
DATA = Path(__file__).parents[2] / "shared" / "data"


# How long an example takes says nothing about whether it is right; a busy machine must not fail a test.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run long proofs too, and random faults for ten seeds")
    parser.addoption("--seed", type=int, help="run tests with random faults for this seed only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with random faults takes a `fault_seed`; it stands in the test's name, to repeat the run with."""
    if "fault_seed" in metafunc.fixturenames:
        metafunc.parametrize("fault_seed", _seeds(metafunc.config))


def _seeds(config: pytest.Config) -> list[int]:
    if config.option.seed is not None:
        return [config.option.seed]
    return [SEED, *random.sample(range(10**6), k=9)] if config.option.soak else [SEED]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.option.soak:
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip(reason="a long proof, run by hand: --soak"))


@pytest.hookimpl(tryfirst=True)  # before pytest reads the option
def pytest_configure(config: pytest.Config) -> None:
    if config.option.basetemp is None:
        config.option.basetemp = config.stash[_BASE_FOLDER] = make_base_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the base folder, unless it holds what failed tests left."""
    folder = config.stash.get(_BASE_FOLDER, None)
    if folder is not None and not config.stash.get(_FAILED, False):
        remove_base_folder(folder)


def pytest_sessionfinish(session: pytest.Session) -> None:
    session.config.stash[_FAILED] = session.testsfailed > 0


@pytest.fixture(autouse=True)
def _plain_logs() -> None:
    """structlog's own default prints every error with all its variables, which takes seconds."""
    logs.configure("INFO", as_json=False)


@pytest.fixture(scope="session", autouse=True)
async def _collect_before_the_loop_closes() -> AsyncIterator[None]:
    """Collect the reference cycles of broken connections while their event loop is still open."""
    yield
    gc.collect()
    await asyncio.sleep(0)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestPostgres]:
    with database_folder(tmp_path_factory.mktemp("postgres")) as folder, test_postgres(folder) as server:
        yield server


@pytest.fixture
def shared_data() -> Path:
    """Real files from outside the project."""
    if not DATA.is_dir():
        pytest.skip("the folder ../shared/data with real files is not here")
    return DATA


@pytest.fixture
async def start(postgres: TestPostgres, tmp_path: Path) -> AsyncIterator[StartService]:
    """Start a service on a database of its own; stopped and dropped after the test. Settings may be overridden."""
    async with AsyncExitStack() as stack:

        async def start_service(name: str, *, clock: MovableClock | None = None, **settings: Any) -> ServiceUnderTest:
            database = postgres.fresh(name)
            stack.callback(database.drop)
            bus, service_clock = MemoryBus(), clock or MovableClock(NOON)
            common = database.settings(tmp_path / "objects", **settings)
            stack.push_async_callback(bus.close)
            runtime = await stack.enter_async_context(running(load(name), common, service_clock, bus))
            http = await stack.enter_async_context(client_for(runtime))
            return ServiceUnderTest(runtime, bus, service_clock, http)

        yield start_service
