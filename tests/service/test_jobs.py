"""Jobs: a wake-up is for those that wait for work, and not for those that go by the clock."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from services.system import load
from shared.clock import MovableClock
from shared.messaging.memory import MemoryBus
from shared.runtime import running
from shared.service import Job, JobContext, NoTools
from tests.conftest import NOON
from tests.support.eventually import eventually
from tests.support.postgres import TestPostgres


async def test_a_wake_up_starts_the_jobs_without_an_interval_and_no_others(
    postgres: TestPostgres, tmp_path: Path
) -> None:
    rounds = {"waiting": 0, "hourly": 0}

    def counting(name: str, every: timedelta | None = None) -> Job[NoTools]:
        async def count(_context: JobContext[NoTools]) -> int:
            rounds[name] += 1
            return 0

        return Job(name, count, every)

    database = postgres.fresh("ledger")
    service = replace(load("ledger"), jobs=(counting("hourly", timedelta(hours=1)), counting("waiting")))
    settings = database.settings(tmp_path, job_pause_s=3600)
    try:
        async with running(service, settings, MovableClock(NOON), MemoryBus()) as runtime:
            await eventually(lambda: rounds == {"waiting": 1, "hourly": 1})
            runtime.wake_jobs()
            await eventually(lambda: rounds["waiting"] == 2)
            runtime.wake_jobs()
            await eventually(lambda: rounds["waiting"] == 3)
        assert rounds["hourly"] == 1
    finally:
        database.drop()
