"""The demo's diary on one process and on six with RabbitMQ: everything happens, with the same timelines and ledger."""

from pathlib import Path

import pytest

from dev.demo.play import play

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.timeout(180)
async def test_the_diary_happens_in_one_process(tmp_path: Path) -> None:
    assert await play("memory", tmp_path / "papers", tmp_path / "data")
    for name in ("timelines.txt", "ledger.txt"):
        assert (tmp_path / "papers" / name).read_text() == (GOLDEN / f"demo_{name}").read_text()


@pytest.mark.rabbit
@pytest.mark.timeout(300)
async def test_six_processes_over_rabbitmq_give_the_same_timelines_and_ledger(tmp_path: Path) -> None:
    assert await play("rabbit", tmp_path / "papers", tmp_path / "data")
    for name in ("timelines.txt", "ledger.txt"):
        assert (tmp_path / "papers" / name).read_text() == (GOLDEN / f"demo_{name}").read_text()
