"""Whom to ask whether a mail with no answer was taken after all: the log reader beside the relay, over HTTP."""

from typing import Protocol
from urllib.parse import quote

import httpx2
import structlog

_log = structlog.get_logger(__name__)


class MailLog(Protocol):
    """Knows which Message-IDs the mail server has taken."""

    async def seen(self, message_id: str) -> bool | None:
        """Whether the server has taken it; None when that cannot be said now."""


class HttpMailLog:
    """`GET {url}/{Message-ID without angle brackets, percent-encoded}`: 200 is seen, 404 is not seen."""

    def __init__(self, url: str, http: httpx2.AsyncClient) -> None:
        self._url = url.rstrip("/")
        self._http = http

    async def seen(self, message_id: str) -> bool | None:
        try:
            answer = await self._http.get(f"{self._url}/{quote(message_id, safe='')}")
        except httpx2.HTTPError as error:
            _log.warning("mail_log_silent", error=type(error).__name__)
            return None
        return {200: True, 404: False}.get(answer.status_code)
