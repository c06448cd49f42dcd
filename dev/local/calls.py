"""Calls of the public API as a client makes them: each POST with an Idempotency-Key of its own."""

from typing import Any

import httpx2

from dev.polling import until
from shared.ids import new_id

KNOWN_WITHIN_S = 30.0
NOT_KNOWN_YET = frozenset({"customer-not-known", "client-not-known"})


class CallRefused(RuntimeError):
    """The house answered with a problem; `code` is the problem's."""

    def __init__(self, path: str, answer: httpx2.Response) -> None:
        super().__init__(f"POST {path}: {answer.status_code} {answer.text}")
        is_problem = answer.headers.get("content-type") == "application/problem+json"
        self.code: str | None = answer.json()["code"] if is_problem else None


async def post(api: httpx2.AsyncClient, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """The answer; raises CallRefused."""
    answer = await api.post(path, json=body, headers={"Idempotency-Key": str(new_id())})
    if answer.is_error:
        raise CallRefused(path, answer)
    made: dict[str, Any] = answer.json()
    return made


async def post_when_known(api: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """As `post`, but waits until the fact of a customer just registered has travelled to the service that is called."""

    async def attempt() -> dict[str, Any] | None:
        try:
            return await post(api, path, body)
        except CallRefused as refused:
            if refused.code not in NOT_KNOWN_YET:
                raise
            return None

    return await until(attempt, f"POST {path}", within_s=KNOWN_WITHIN_S)
