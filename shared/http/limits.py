"""What is checked before a body is read: the caller's key and scope, the body's size and its content type."""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from shared.http.call import calls_of

JSON = ("application/json",)
MAX_BYTES = 1024 * 1024


class JsonRoute(APIRoute):
    """A route whose body is JSON of at most 1 MiB: anything larger is 413, any other type 415.

    Callers are admitted by their headers, before the first byte of the body is read: the framework itself reads the
    body before it asks the dependencies.
    """

    accepts: ClassVar[tuple[str, ...]] = JSON
    max_bytes: ClassVar[int] = MAX_BYTES

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        calls = tuple(calls_of(self.dependant))

        async def checked(request: Request) -> Response:
            for call in calls:
                await call.admit(request)
            if request.method in ("POST", "PUT", "PATCH"):
                self._check(request)
            return await handle(Request(request.scope, at_most(request.receive, self.max_bytes)))

        return checked

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


def at_most(receive: Receive, max_bytes: int) -> Receive:
    """Reads on until the body passes the limit, whatever its headers claimed; then raises HTTPException 413."""
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > max_bytes:
            raise HTTPException(413)
        return message

    return counted
