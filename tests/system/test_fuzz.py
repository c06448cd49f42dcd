"""The API, fuzzed by its own OpenAPI document: never a 500, and every invariant holds afterwards.

Repeat a run by its seed: FAKTURA_FUZZ_SEED=… ./faktura test tests/system/test_fuzz.py
"""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.support.local_system import start_system

SEED = os.environ.get("FAKTURA_FUZZ_SEED", "20261123")
EXAMPLES = (
    pytest.param(3, marks=pytest.mark.timeout(240)),
    pytest.param(30, marks=[pytest.mark.soak, pytest.mark.timeout(3600)]),
)
"""For each operation and phase."""


@pytest.mark.slow
@pytest.mark.parametrize("examples", EXAMPLES)
async def test_no_request_is_answered_with_a_500(tmp_path: Path, examples: int) -> None:
    print(f"seed {SEED}")
    async with start_system(tmp_path / "data", settings={"FAKTURA_RENDERING_ENGINE": "blank"}) as system:
        await system.issue(await system.customer())
        status, output = await _fuzz(system.local.address, system.api.headers["Authorization"], tmp_path, examples)
        assert status == 0, output
        await system.holds(within=90)


async def _fuzz(address: str, authorization: str, folder: Path, examples: int) -> tuple[int, str]:
    arguments = ["--checks=not_a_server_error", "--suppress-health-check=all", f"--max-examples={examples}"]
    fuzzing = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("schemathesis"),
        "run",
        f"{address}/openapi.json",
        *arguments,
        f"--seed={SEED}",
        f"--header=Authorization: {authorization}",
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await fuzzing.communicate()
    return fuzzing.returncode or 0, output.decode()[-5000:]
