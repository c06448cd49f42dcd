"""What holds for every request and answer, whichever route it meets: plain paths, known hosts, security headers."""

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import unquote_to_bytes

from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http import problems
from shared.problems import Refusal

UNCLEAR_PATH = Refusal(
    400,
    "unclear-path",
    "Adressen har tomme ledd, punktumledd eller kodede skråstreker.",
    "The path has empty segments, dot segments or encoded slashes.",
)
UNKNOWN_HOST = Refusal(
    421, "unknown-host", "Tjenesten svarer ikke på dette vertsnavnet.", "The service does not answer to this host name."
)
REFUSALS = (UNCLEAR_PATH, UNKNOWN_HOST)
_ENCODED_SEPARATOR = re.compile(rb"%(2f|5c|[01][0-9a-f]|7f)", re.IGNORECASE)
_FRAMES = "frame-ancestors 'none'; base-uri 'none'"
_DATA_ONLY = f"default-src 'none'; {_FRAMES}"
_PAGE = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; "
    f"form-action 'self'; {_FRAMES}"
)
_PDF = f"default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; {_FRAMES}"
_DOCS = (
    "default-src 'none'; connect-src 'self'; worker-src blob:; img-src 'self' data:; "
    f"script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; {_FRAMES}"
)
DOCS_PATHS = frozenset({"/docs", "/redoc"})


class GuardedApp(FastAPI):
    """An app whose every answer, that of an unforeseen error too, has the security headers."""

    def build_middleware_stack(self) -> ASGIApp:
        return SecurityHeaders(super().build_middleware_stack())


class SecurityHeaders:
    """Content-Security-Policy by media type, no sniffing, no referrer. A header that the answer has stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower(): value for name, value in message["headers"]}
                headers = _security_headers(scope["path"], present.get(b"content-type", b""))
                missing = [(name, value) for name, value in headers if name not in present]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        await self._app(scope, receive, with_headers)


def _security_headers(path: str, media_type: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-security-policy", _policy(path, media_type).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
    ]


def _policy(path: str, media_type: bytes) -> str:
    if path in DOCS_PATHS:
        return _DOCS
    if media_type.startswith(b"text/html"):
        return _PAGE
    return _PDF if media_type.startswith(b"application/pdf") else _DATA_ONLY


class PlainRequests:
    """Refuses paths that two programs may read differently, and host names that are not `hosts` (any when empty).

    A page of another site can reach a program on this machine by a name of its own (DNS rebinding), but not by an IP
    address or `localhost`: those are always accepted.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            return await self._app(scope, receive, send)
        await problems.answer(Request(scope), refusal)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Refusal | None:
        if not is_plain(scope.get("raw_path") or scope["path"].encode()):
            return UNCLEAR_PATH
        if self._hosts and not _is_known(_hosts_of(scope), self._hosts):
            return UNKNOWN_HOST
        return None


def is_plain(raw_path: bytes) -> bool:
    """No empty or dot segments, and no separators or control characters in disguise. Percent-encoded, without query."""
    if b"//" in raw_path or b"\\" in raw_path or _ENCODED_SEPARATOR.search(raw_path):
        return False
    return not {b".", b".."} & {unquote_to_bytes(segment) for segment in raw_path.split(b"/")}


def _hosts_of(scope: Scope) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]


def _is_known(headers: list[str], hosts: frozenset[str]) -> bool:
    if len(headers) != 1:
        return False
    name = re.sub(r":\d*$", "", headers[0]).lower()
    return name == "localhost" or name in hosts or _is_address(name.strip("[]"))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
