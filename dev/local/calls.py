"""Calls of the public API as a client makes them, each POST with an Idempotency-Key."""

from typing import Any
from uuid import UUID

import httpx2

from shared.ids import new_id


class CallRefused(RuntimeError):
    """The API answered with an error; `code` is the problem's, if it was a problem."""

    def __init__(self, path: str, answer: httpx2.Response) -> None:
        super().__init__(f"POST {path}: {answer.status_code} {answer.text}")
        is_problem = answer.headers.get("content-type") == "application/problem+json"
        self.code: str | None = answer.json()["code"] if is_problem else None


async def post(
    api: httpx2.AsyncClient, path: str, body: dict[str, Any] | None = None, *, key: UUID | None = None
) -> dict[str, Any]:
    """The answer's body. Raises CallRefused. The key is a new one, unless this repeats an earlier call."""
    answer = await api.post(path, json=body, headers={"Idempotency-Key": str(key or new_id())})
    if answer.is_error:
        raise CallRefused(path, answer)
    content: dict[str, Any] = answer.json()
    return content
