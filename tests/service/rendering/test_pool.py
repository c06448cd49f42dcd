"""A child that dies, hangs or eats memory costs a second try, never the service."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from services.rendering.adapters.fonts import FontsMissing
from services.rendering.adapters.pool import ChildrenFailed, RenderPool, open_pool
from services.rendering.adapters.process import ROOT
from services.rendering.domain.document import Document
from services.rendering.events import document_of
from services.rendering.settings import RenderingSettings
from tests.support.eventually import eventually
from tests.support.examples_documents import an_invoice

FAULTY = "tests.support.faulty_child"


@pytest.fixture
async def faulty() -> AsyncIterator[RenderPool]:
    settings = RenderingSettings(workers=1, timeout_s=1, memory_mb=512, recycle_after=3)
    async with open_pool(settings, FAULTY) as opened:
        yield opened


def with_note(note: str) -> Document:
    """An invoice whose note names what the faulty child does with it."""
    return document_of(an_invoice(1, note=note))


@pytest.mark.parametrize("fault", ["die once", "hang once", "eat once"])
async def test_one_fault_costs_one_retry_in_a_fresh_child(faulty: RenderPool, fault: str) -> None:
    await faulty.render(with_note(""), None)
    before = faulty.pids()
    file = await faulty.render(with_note(fault), None)
    assert file.content.startswith(b"%PDF")
    assert faulty.pids() != before


@pytest.mark.parametrize("fault", ["die", "hang", "eat"])
async def test_a_lasting_fault_is_raised_and_the_next_document_is_rendered(faulty: RenderPool, fault: str) -> None:
    with pytest.raises(ChildrenFailed) as caught:
        await faulty.render(with_note(fault), None)
    assert str(caught.value).count("child") >= 2
    assert (await faulty.render(with_note(""), None)).pages == 1


async def test_a_stray_print_does_not_break_the_pipe(faulty: RenderPool) -> None:
    assert (await faulty.render(with_note("talk"), None)).pages == 1


async def test_a_child_is_replaced_after_its_number_of_documents(faulty: RenderPool) -> None:
    pids = set()
    for _ in range(4):
        await faulty.render(with_note(""), None)
        pids.update(faulty.pids())
    assert len(pids) == 2


async def test_an_answer_to_a_cancelled_call_reaches_no_other_call(faulty: RenderPool) -> None:
    cancelled = asyncio.create_task(faulty.render(with_note("hang"), None))
    child = (await eventually(faulty.pids))[0]
    await eventually(lambda: any(Path(f"/proc/{child}/cwd").glob("done-*")))
    cancelled.cancel()
    with suppress(asyncio.CancelledError):
        await cancelled
    assert (await faulty.render(with_note(""), None)).pages == 1
    assert child not in faulty.pids()


async def test_killing_a_real_child_in_the_middle_of_a_document_costs_one_retry(pool: RenderPool) -> None:
    document = document_of(an_invoice(300))
    expected = (await pool.render(document, None)).content
    busy = asyncio.create_task(pool.render(document, None))
    os.kill((await eventually(lambda: _working(pool)))[0], signal.SIGKILL)
    assert (await busy).content == expected


async def test_a_child_does_not_outlive_its_parent() -> None:
    program = (
        "import asyncio\n"
        "from services.rendering.adapters.pool import open_pool\n"
        "from services.rendering.settings import RenderingSettings\n"
        "from services.rendering.events import document_of\n"
        "from tests.support.examples_documents import an_invoice\n"
        "async def main():\n"
        f"    async with open_pool(RenderingSettings(workers=1), {FAULTY!r}) as pool:\n"
        "        await pool.render(document_of(an_invoice(1)), None)\n"
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


async def test_children_know_no_secrets_and_run_in_an_empty_folder(pool: RenderPool) -> None:
    await pool.render(document_of(an_invoice(1)), None)
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


async def test_a_missing_font_is_reported_at_once_with_the_command_to_run(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing, match="apt-get install fonts-inter"):
        async with open_pool(RenderingSettings(font_dirs=(tmp_path,))):
            pass


def _working(pool: RenderPool) -> list[int]:
    """The children that are busy."""
    return [pid for pid in pool.pids() if psutil.Process(pid).cpu_percent(interval=0.05) > 20]
