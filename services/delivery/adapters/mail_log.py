"""The mail log: an HTTP service beside the relay that knows whether a mail without an answer was taken after all."""

from typing import Protocol
from urllib.parse import quote

import httpx2
import structlog

_log = structlog.get_logger(__name__)


class MailLog(Protocol):
    """Knows which Message-IDs the mail server has taken."""

    async def has(self, message_id: str) -> bool | None:
        """Whether the server has taken the mail; None when the log cannot say now."""


class HttpMailLog:
    """`GET {url}/{Message-ID without angle brackets, percent-encoded}`: 200 is taken, 404 is not taken."""

    def __init__(self, url: str, http: httpx2.AsyncClient) -> None:
        self._url = url.rstrip("/")
        self._http = http

    async def has(self, message_id: str) -> bool | None:
        try:
            answer = await self._http.get(f"{self._url}/{quote(message_id, safe='')}")
        except httpx2.HTTPError as error:
            _log.warning("mail_log_unavailable", error=type(error).__name__)
            return None
        return {200: True, 404: False}.get(answer.status_code)
