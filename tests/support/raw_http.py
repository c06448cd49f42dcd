"""Requests that no HTTP client would send as they stand: the path byte for byte."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

LOCAL = {"host": "127.0.0.1:8000"}


@dataclass(frozen=True)
class RawAnswer:
    status: int
    headers: Mapping[str, str]
    body: bytes


async def raw_request(
    app: ASGIApp, method: str, raw_path: str, headers: Mapping[str, str] = LOCAL, body: bytes = b""
) -> RawAnswer:
    """The app's answer to this path (percent-encoded, without query)."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": unquote(raw_path),
        "raw_path": raw_path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    await app(scope, receive, send)
    start = next(message for message in sent if message["type"] == "http.response.start")
    content = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    answer_headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return RawAnswer(start["status"], answer_headers, content)
