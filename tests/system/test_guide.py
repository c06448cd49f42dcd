"""What the README's guide says works as it stands: every call follows the one before at once, on both buses.

A hundred times: ./faktura test tests/system/test_guide.py --soak
"""

import asyncio
import sys
from pathlib import Path

import pytest

from dev.local.plan import RABBIT
from tests.support.local_system import SystemUnderTest, start_system

SCRIPT = Path(__file__).parents[2] / "docs" / "guide" / "first_invoice.py"
COPIES = {"documents": 2, "payments": 2, "rendering": 2}


@pytest.fixture
def times(request: pytest.FixtureRequest) -> int:
    return 100 if request.config.option.soak else 2


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_the_first_invoice_is_paid_in_one_go_in_one_process(tmp_path: Path, times: int) -> None:
    async with start_system(tmp_path / "data") as system:
        await _follow(system, times)


@pytest.mark.rabbit
@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_the_first_invoice_is_paid_in_one_go_over_rabbitmq_with_copies(tmp_path: Path, times: int) -> None:
    async with start_system(tmp_path / "data", bus=RABBIT, copies=COPIES) as system:
        await _follow(system, times)
        await system.holds()


async def _follow(system: SystemUnderTest, times: int) -> None:
    key = system.api.headers["Authorization"].removeprefix("Bearer ")
    for _ in range(times):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            SCRIPT,
            key,
            system.local.address,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await process.communicate()
        assert (process.returncode, errors.decode()) == (0, "")
        assert "settled" in output.decode()
