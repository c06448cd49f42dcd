"""What is checked before a body is read: the caller's key and scope, the body's size and its content type."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack
from typing import Any, ClassVar

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from shared.http import own_writes
from shared.http.call import AuthenticatedCall, calls_of

JSON = ("application/json",)
MAX_BYTES = 1024 * 1024


class JsonRoute(APIRoute):
    """A route whose body is JSON of at most 1 MiB: anything larger is 413, any other type 415.

    Callers are admitted by their headers, before the first byte of the body is read: the framework itself reads the
    body before it asks the dependencies.
    """

    accepts: ClassVar[tuple[str, ...]] = JSON
    max_bytes: ClassVar[int] = MAX_BYTES
    max_pause_s: ClassVar[float] = 15.0
    """Between two parts of the body; longer is 408."""
    max_seconds: ClassVar[float] = 60.0
    """For all of the body; longer is 408."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        calls = tuple(calls_of(self.dependant))

        async def checked(request: Request) -> Response:
            with ExitStack() as turns:
                for call in calls:
                    turns.enter_context(await call.turn(request))
                    await call.admit(request)
                    await call.until_seen(request)
                if request.method in ("POST", "PUT", "PATCH"):
                    self._check(request)
                receive = bounded(request.receive, self.max_bytes, self.max_pause_s, self.max_seconds)
                for take in await self._quotas(request, calls):
                    receive = counted(receive, take)
                response = await handle(Request(request.scope, receive))
                response.headers.update(own_writes.noted(request))
                return response

        return checked

    async def _quotas(self, _request: Request, _calls: Sequence[AuthenticatedCall[Any]]) -> list[Callable[[int], None]]:
        """What the bytes of the body are taken from: JSON counts as a request only."""
        return []

    def _check(self, request: Request) -> None:
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > self.max_bytes:
            raise HTTPException(413)
        has_body = length not in ("", "0") or "transfer-encoding" in request.headers
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if has_body and media_type not in self.accepts:
            raise HTTPException(415, headers={"Accept": ", ".join(self.accepts)})


class FileRoute(JsonRoute):
    """A route whose body is a raw file. Subclasses list the types that they accept, and a limit above 1 MiB."""

    accepts: ClassVar[tuple[str, ...]] = ()

    async def _quotas(self, request: Request, calls: Sequence[AuthenticatedCall[Any]]) -> list[Callable[[int], None]]:
        return [await call.file_quota(request) for call in calls]


def counted(receive: Receive, take: Callable[[int], None]) -> Receive:
    """Takes the bytes of the body as they come."""

    async def taking() -> Message:
        message = await receive()
        take(len(message.get("body", b"")))
        return message

    return taking


def bounded(receive: Receive, max_bytes: int, max_pause_s: float, max_seconds: float) -> Receive:
    """Reads on until the body passes the limit or comes too slowly, whatever its headers claimed.

    Raises HTTPException 413 or 408.
    """
    loop = asyncio.get_running_loop()
    received, deadline = 0, loop.time() + max_seconds

    async def within_bounds() -> Message:
        nonlocal received
        try:
            async with asyncio.timeout_at(min(deadline, loop.time() + max_pause_s)):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None
        received += len(message.get("body", b""))
        if received > max_bytes:
            raise HTTPException(413)
        return message

    return within_bounds
