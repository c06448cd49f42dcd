"""Refuses bodies before they are read: those that are too large, and content types that the route does not accept."""

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
    """A route whose body is JSON of at most 10 MiB: anything larger is 413, any other type 415."""

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
    """A route whose body is a raw file of at most 64 MiB. Subclasses list the types that they accept."""

    accepts: ClassVar[tuple[str, ...]] = ()
    max_bytes = MAX_FILE_BYTES


class BodyLimit:
    """Stops reading a body at the limit, whatever its headers claimed."""

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_FILE_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
