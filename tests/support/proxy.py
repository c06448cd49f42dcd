"""A TCP proxy on the loopback that breaks connections as networks do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Proxy:
    """Forwards to one address, until a test breaks the connections."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
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
        far_reader, far = await asyncio.open_connection(*self._target)
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
        except (ConnectionError, RuntimeError):
            writer.transport.abort()


@asynccontextmanager
async def proxy_to(host: str, port: int) -> AsyncIterator[Proxy]:
    proxy = Proxy(host, port)
    proxy._server = await asyncio.start_server(proxy._serve, "127.0.0.1", 0)
    try:
        yield proxy
    finally:
        proxy.cut()
        proxy._server.close()
