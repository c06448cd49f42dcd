"""What the README's guide says works as it stands: every call follows the one before at once, on both buses.

A hundred times: ./faktura test tests/system/test_guide.py --soak
"""

import asyncio
import re
import sys
from pathlib import Path

import pytest

from dev.local.plan import RABBIT
from tests.support.eventually import eventually
from tests.support.local_system import SystemUnderTest, start_system

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "guide" / "first_invoice.py"
COPIES = {"documents": 2, "payments": 2, "rendering": 2}


@pytest.fixture
def times(request: pytest.FixtureRequest) -> int:
    return 100 if request.config.option.soak else 2


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_the_first_invoice_is_paid_in_one_go_in_one_process(tmp_path: Path, times: int) -> None:
    async with start_system(tmp_path / "data") as system:
        await _follow(system, times)
        await _a_letter_waits_and_nothing_is_broken(system, tmp_path / "data")


@pytest.mark.rabbit
@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_the_first_invoice_is_paid_in_one_go_over_rabbitmq_with_copies(tmp_path: Path, times: int) -> None:
    async with start_system(tmp_path / "data", bus=RABBIT, copies=COPIES) as system:
        await _follow(system, times)
        await system.holds()


async def _a_letter_waits_and_nothing_is_broken(system: SystemUnderTest, data: Path) -> None:
    """What the bureau sees on any day: the print shop has not fetched its letters yet."""
    await system.holds()
    await system.issue(await system.customer(channels=["print"]))
    await eventually(lambda: _only_a_letter_is_under_way(system), within=30)

    output = await _run("-m", "dev", "verify", "--data", str(data))

    summary, letter = output.splitlines()
    assert re.fullmatch(r"verify: \d+ checks, 0 broken", summary)
    assert re.fullmatch(r"  under way: 1 letter at the print shop \(delivery\), .* \(within 3 days\)", letter)


async def _only_a_letter_is_under_way(system: SystemUnderTest) -> bool:
    stories = [finding.story for finding in await system.findings() if finding.story]
    return len(stories) == 1 and "letter" in stories[0]


async def _follow(system: SystemUnderTest, times: int) -> None:
    key = system.api.headers["Authorization"].removeprefix("Bearer ")
    for _ in range(times):
        assert "settled" in await _run(str(SCRIPT), key, system.local.address)


async def _run(*arguments: str) -> str:
    """What a Python program prints that succeeds without a complaint."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, errors = await process.communicate()
    assert (process.returncode, errors.decode()) == (0, "")
    return output.decode()
