"""The figures of `bench render`."""

import asyncio

import pytest

from dev.bench.rendering import render_bench


@pytest.mark.slow
async def test_the_bench_gives_the_pool_beside_the_plain_loop() -> None:
    finished: list[int] = []
    figures = await asyncio.to_thread(render_bench, 4, 1, finished.append)
    assert sum(finished) == figures["documents"] == 4
    assert figures["documents_per_second"] > 0
    assert figures["plain_loop_per_second"] > 0
    # Processor time, for the wall clock of a busy machine proves nothing: the pool spares a good part of it.
    assert figures["cpu_ms_per_document"] < figures["plain_cpu_ms_per_document"]
