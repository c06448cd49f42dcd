"""A child that dies, hangs or eats memory costs one more try, and never the service."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from services.rendering.adapters.fonts import FontsMissing
from services.rendering.adapters.pool import ChildrenFailed, RenderPool, open_pool
from services.rendering.adapters.process import ROOT
from services.rendering.settings import RenderingSettings
from tests.support.eventually import eventually
from tests.support.examples_documents import an_invoice

FAULTY = "tests.support.faulty_child"


@pytest.fixture
async def faulty() -> AsyncIterator[RenderPool]:
    settings = RenderingSettings(workers=1, timeout_s=1, memory_mb=512, recycle_after=3)
    async with open_pool(settings, FAULTY) as opened:
        yield opened


def doing(note: str, **more: Any) -> Any:
    return an_invoice(1, note=note, **more)


@pytest.mark.parametrize("trouble", ["die once", "hang once", "eat once"])
async def test_one_trouble_costs_one_retry_in_a_fresh_child(faulty: RenderPool, trouble: str) -> None:
    await faulty.render(doing(""), None)
    before = faulty.pids()
    rendered = await faulty.render(doing(trouble), None)
    assert rendered.content.startswith(b"%PDF")
    assert faulty.pids() != before


@pytest.mark.parametrize("trouble", ["die", "hang", "eat"])
async def test_trouble_that_stays_is_told_and_the_next_document_is_rendered(faulty: RenderPool, trouble: str) -> None:
    with pytest.raises(ChildrenFailed) as caught:
        await faulty.render(doing(trouble), None)
    assert str(caught.value).count("child") >= 2
    assert (await faulty.render(doing(""), None)).pages == 1


async def test_a_stray_print_does_not_break_the_pipe(faulty: RenderPool) -> None:
    assert (await faulty.render(doing("talk"), None)).pages == 1


async def test_a_child_makes_room_for_a_fresh_one_after_its_share(faulty: RenderPool) -> None:
    seen = set()
    for _ in range(4):
        await faulty.render(doing(""), None)
        seen.update(faulty.pids())
    assert len(seen) == 2


async def test_an_answer_to_somebody_who_left_reaches_nobody_else(faulty: RenderPool) -> None:
    left = asyncio.create_task(faulty.render(doing("hang"), None))
    child = (await eventually(faulty.pids))[0]
    await eventually(lambda: any(Path(f"/proc/{child}/cwd").glob("done-*")))
    left.cancel()
    with suppress(asyncio.CancelledError):
        await left
    assert (await faulty.render(doing(""), None)).pages == 1
    assert child not in faulty.pids()


async def test_killing_a_real_child_in_the_middle_of_a_document_costs_one_retry(pool: RenderPool) -> None:
    event = an_invoice(300)
    expected = (await pool.render(event, None)).content
    busy = asyncio.create_task(pool.render(event, None))
    os.kill((await eventually(lambda: _working(pool)))[0], signal.SIGKILL)
    assert (await busy).content == expected


async def test_a_child_does_not_outlive_its_parent() -> None:
    program = (
        "import asyncio\n"
        "from services.rendering.adapters.pool import open_pool\n"
        "from services.rendering.settings import RenderingSettings\n"
        "from tests.support.examples_documents import an_invoice\n"
        "async def main():\n"
        f"    async with open_pool(RenderingSettings(workers=1), {FAULTY!r}) as pool:\n"
        "        await pool.render(an_invoice(1), None)\n"
        "        print(pool.pids()[0], flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    lines = [await parent.stdout.readline() for _ in range(2)]
    child = int(next(line for line in lines if line.strip().isdigit()))
    parent.kill()
    await parent.wait()
    await eventually(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)


async def test_children_know_no_secrets_and_stand_in_an_empty_folder(pool: RenderPool) -> None:
    await pool.render(an_invoice(1), None)
    child = psutil.Process(pool.pids()[0])
    assert set(child.environ()) <= {
        "PATH",
        "LANG",
        "HOME",
        "PYTHONPATH",
        "PYTHONDONTWRITEBYTECODE",
        "FONTCONFIG_FILE",
        "LC_CTYPE",
    }
    assert child.cwd().endswith("/empty")


async def test_a_missing_font_is_said_at_once_with_the_line_to_run(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing, match="apt-get install fonts-inter"):
        async with open_pool(RenderingSettings(font_dirs=(tmp_path,))):
            pass


def _working(pool: RenderPool) -> list[int]:
    """The children that are at work just now."""
    return [pid for pid in pool.pids() if psutil.Process(pid).cpu_percent(interval=0.05) > 20]
