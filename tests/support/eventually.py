"""Wait for something to come true, with a deadline, instead of sleeping and hoping."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")


@overload
async def eventually(check: Callable[[], Awaitable[T]], *, within: float = ..., every: float = ...) -> T: ...


@overload
async def eventually(check: Callable[[], T], *, within: float = ..., every: float = ...) -> T: ...


async def eventually(check: Callable[[], object], *, within: float = 10.0, every: float = 0.02) -> object:
    """Ask `check` until it answers something truthy, and return that.

    Args:
        check: a plain or async function; one that raises is asked again.
        within: seconds until giving up.
        every: seconds between two questions.

    Raises:
        AssertionError: at the deadline, with the last answer, or from the last failure.
    """
    deadline = time.monotonic() + within
    while True:
        answer, failure = await _ask(check)
        if failure is None and answer:
            return answer
        if time.monotonic() >= deadline:
            seen = f"failed with {failure!r}" if failure else f"answered {answer!r}"
            raise AssertionError(f"not true within {within:g} s; the last time it {seen}") from failure
        await asyncio.sleep(every)


async def _ask(check: Callable[[], object]) -> tuple[object, Exception | None]:
    try:
        answer = check()
        return (await answer if inspect.isawaitable(answer) else answer), None
    except Exception as failure:  # noqa: BLE001 any failure is one more "not yet"
        return None, failure
