"""The API, called with what its own document says it takes and with much that it does not: never a 500, and every
invariant holds afterwards. Run one again with its seed: FAKTURA_FUZZ_SEED=… ./faktura test tests/system/test_fuzz.py"""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.support.local_system import start_system

SEED = os.environ.get("FAKTURA_FUZZ_SEED", "20261123")
EXAMPLES = 5
"""For each operation and phase; a night may take more."""


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_no_request_is_answered_with_a_500(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    async with start_system(tmp_path / "data", settings={"FAKTURA_RENDERING_ENGINE": "blank"}) as system:
        await system.issue(await system.customer())
        status, told = await _fuzz(system.system.address, system.api.headers["Authorization"], tmp_path)
        assert status == 0, told
        await system.holds(within=90)


async def _fuzz(address: str, authorization: str, folder: Path) -> tuple[int, str]:
    arguments = ["--checks=not_a_server_error", "--suppress-health-check=all", f"--max-examples={EXAMPLES}"]
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
    told, _ = await fuzzing.communicate()
    return fuzzing.returncode or 0, told.decode()[-5000:]
