"""An app served on a socket in this process, and requests written to it byte by byte."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from cli.run import QuietServer
from tests.support.eventually import eventually

LOOPBACK = "127.0.0.1"


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[int]:
    """The port that the app is served on."""
    config = uvicorn.Config(app, host=LOOPBACK, port=0, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = QuietServer(config)
    serving = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: server.started)
        yield int(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        await serving


async def send_chunked(port: int, path: str, headers: Mapping[str, str], chunk: bytes, count: int) -> int:
    """POST a body of so many chunks, without a stated length; returns the status of the answer."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        lines = [f"{name}: {value}" for name, value in {"Host": LOOPBACK, **headers}.items()]
        writer.write("\r\n".join([f"POST {path} HTTP/1.1", *lines, "Transfer-Encoding: chunked", "", ""]).encode())
        for _ in range(count):
            writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()
