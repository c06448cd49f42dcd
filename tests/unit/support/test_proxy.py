"""The proxy that breaks connections must itself not hold any: what ends on one side ends on the other."""

import asyncio

from tests.support.proxy import proxy_to


async def test_a_client_that_is_gone_is_gone_for_the_server_as_well() -> None:
    """Else PostgreSQL keeps the session of a killed process, and its locks."""
    noticed = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        noticed.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, proxy_to("127.0.0.1", server.sockets[0].getsockname()[1]) as proxy:
        _, client = await asyncio.open_connection("127.0.0.1", proxy.port)
        client.transport.abort()
        async with asyncio.timeout(5):
            await noticed.wait()


async def test_a_server_that_is_gone_is_gone_for_the_client_as_well() -> None:
    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, proxy_to("127.0.0.1", server.sockets[0].getsockname()[1]) as proxy:
        reader, client = await asyncio.open_connection("127.0.0.1", proxy.port)
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        client.close()
