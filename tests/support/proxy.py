"""A TCP proxy on the loopback that breaks connections as networks do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class Proxy:
    """Forwards to where `connect` leads, until a test breaks the connections."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._server: asyncio.Server | None = None
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self.refusing = False

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def cut(self) -> None:
        """Reset every connection; new ones go through."""
        for near, far in self._pairs:
            for writer in (near, far):
                writer.transport.abort()

    def black_hole(self) -> None:
        """Connections stay open but nothing arrives, in either direction: only a timeout can notice."""
        self._flowing.clear()

    def half_close(self) -> None:
        """Close the server's direction only; the client can still send."""
        for near, _ in self._pairs:
            near.write_eof()

    def heal(self) -> None:
        """Reset the broken connections; new ones go through."""
        self.cut()
        self._flowing.set()
        self.refusing = False

    async def _serve(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        if self.refusing:
            near.transport.abort()
            return
        far_reader, far = await self._connect()
        self._pairs.add((near, far))
        try:
            await asyncio.gather(self._pour(reader, far), self._pour(far_reader, near))
        finally:
            self._pairs.discard((near, far))
            near.transport.abort()
            far.transport.abort()

    async def _pour(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
            writer.write_eof()
        except (ConnectionError, RuntimeError):
            writer.transport.abort()


def proxy_to(host: str, port: int) -> AbstractAsyncContextManager[Proxy]:
    return _serving(lambda: asyncio.open_connection(host, port))


def proxy_to_socket(path: Path) -> AbstractAsyncContextManager[Proxy]:
    """The way to a Unix socket, such as that of the embedded PostgreSQL."""
    return _serving(lambda: asyncio.open_unix_connection(path))


@asynccontextmanager
async def _serving(connect: Connect) -> AsyncIterator[Proxy]:
    proxy = Proxy(connect)
    proxy._server = await asyncio.start_server(proxy._serve, "127.0.0.1", 0)
    try:
        yield proxy
    finally:
        proxy.cut()
        proxy._server.close()
