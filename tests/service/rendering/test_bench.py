"""The figures of `bench render`."""

import asyncio

import pytest

from dev.bench.render import compare


@pytest.mark.slow
async def test_the_benchmark_compares_the_pool_with_the_plain_loop() -> None:
    rendered: list[None] = []
    figures = await asyncio.to_thread(compare, 4, 1, lambda: rendered.append(None))
    assert len(rendered) == figures["documents"] == 4
    assert figures["documents_per_second"] > 0
    assert figures["plain_loop_per_second"] > 0
    # Processor time, because the wall clock of a busy machine proves nothing.
    assert figures["cpu_ms_per_document"] < figures["plain_cpu_ms_per_document"]
