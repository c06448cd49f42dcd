"""Wait for a condition, with a deadline."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


class NotInTime(TimeoutError):
    """The deadline passed first."""


async def until(check: Callable[[], Awaitable[T | None]], what: str, *, within_s: float, every_s: float = 0.1) -> T:
    """Check until the answer is truthy, and return it. Raises NotInTime, which names what was waited for."""
    deadline = time.monotonic() + within_s
    while True:
        answer = await check()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise NotInTime(f"{what}: not within {within_s:g} s")
        await asyncio.sleep(every_s)
