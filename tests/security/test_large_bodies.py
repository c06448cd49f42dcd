"""Bodies of 54 MiB without a key, several at once, over a socket: answered, not stored, and never in memory."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager

import pytest

from dev.front_door import build_gateway
from services.system import NAMES
from shared.http.app import build_app
from tests.support.served import LOOPBACK, send_chunked, served
from tests.support.service import ServiceUnderTest, StartService, once

MIB = 1024 * 1024
CHUNK = b" " * 65536
COUNT = 54 * MIB // len(CHUNK)
AT_ONCE = 4
MAX_GROWTH = 16 * MIB
"""For all of them. What the sockets and the server hold is about 1 MiB each."""

Serve = Callable[[ServiceUnderTest], AbstractAsyncContextManager[int]]


@asynccontextmanager
async def served_service(service: ServiceUnderTest) -> AsyncIterator[int]:
    app = build_app([service.runtime.service])
    app.state.runtimes[service.runtime.name] = service.runtime
    async with served(app) as port:
        yield port


@asynccontextmanager
async def served_behind_gateway(service: ServiceUnderTest) -> AsyncIterator[int]:
    async with served_service(service) as inner_port:
        address = f"http://{LOOPBACK}:{inner_port}"
        async with served(build_gateway(dict.fromkeys(NAMES, address))) as port:
            yield port


@contextmanager
def growth() -> Iterator[list[int]]:
    """The most bytes that the objects made in the block took at any time."""
    measured: list[int] = []
    tracemalloc.start()
    try:
        yield measured
    finally:
        measured.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize("serve", [served_service, served_behind_gateway])
@pytest.mark.parametrize("key", [{}, {"Authorization": "Bearer fs_test_guessed"}], ids=["no key", "a wrong key"])
async def test_large_bodies_without_a_key_are_answered_401_and_never_held_in_memory(
    start: StartService, serve: Serve, key: dict[str, str]
) -> None:
    documents = await start("documents")
    before = await documents.contents()
    headers = once(key | {"Content-Type": "application/json"})
    async with serve(documents) as port:
        with growth() as grown:
            statuses = await asyncio.gather(
                *(send_chunked(port, "/v1/invoices", headers, CHUNK, COUNT) for _ in range(AT_ONCE))
            )
    print(f"{AT_ONCE} bodies of 54 MiB took {grown[0] / MIB:.1f} MiB")
    assert statuses == [401] * AT_ONCE
    assert grown[0] < MAX_GROWTH
    assert await documents.contents() == before


@pytest.mark.slow
@pytest.mark.parametrize("serve", [served_service, served_behind_gateway])
async def test_a_body_over_the_limit_is_refused_while_it_is_sent(start: StartService, serve: Serve) -> None:
    documents = await start("documents")
    headers = once(await documents.key(None, "bureau")) | {"Content-Type": "application/json"}
    before = await documents.contents()
    async with serve(documents) as port:
        with growth() as grown:
            status = await send_chunked(port, "/v1/invoices", headers, CHUNK, COUNT)
    assert (status, grown[0] < MAX_GROWTH) == (413, True)
    assert await documents.contents() == before


@pytest.mark.slow
async def test_the_gateway_stops_at_the_largest_body_that_any_service_takes(start: StartService) -> None:
    payments = await start("payments")
    before = await payments.contents()
    async with served_behind_gateway(payments) as port:
        status = await send_chunked(port, "/v1/bank-files", once({"Content-Type": "text/plain"}), CHUNK, 2 * COUNT)
    assert status == 413
    assert await payments.contents() == before
