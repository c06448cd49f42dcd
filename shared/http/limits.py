"""What is refused before it is read: bodies that are too large, and content types that no route takes."""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

JSON = ("application/json",)
MAX_JSON_BYTES = 10 * 1024 * 1024
MAX_FILE_BYTES = 64 * 1024 * 1024


class JsonRoute(APIRoute):
    """A route whose body is JSON: anything else is 415. The largest body the house takes as JSON is 10 MiB."""

    accepts: ClassVar[tuple[str, ...]] = JSON
    max_bytes: ClassVar[int] = MAX_JSON_BYTES

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def checked(request: Request) -> Response:
            if request.method in ("POST", "PUT", "PATCH"):
                self._check(request)
            return await handle(request)

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
    """A route whose body is a file as it is. Whoever takes files says which, in a class of its own."""

    accepts: ClassVar[tuple[str, ...]] = ()
    max_bytes = MAX_FILE_BYTES


class BodyLimit:
    """Stops a body that grows past the limit while it is read, whatever its headers said."""

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_FILE_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._max_bytes:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
