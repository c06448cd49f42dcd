"""Wait for a condition, with a deadline, instead of sleeping for a fixed time."""

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
    """Call `check` until it returns something truthy, and return that.

    Args:
        check: a plain or async function; when it raises, it is called again.
        within: seconds until giving up.
        every: seconds between two calls.

    Raises:
        AssertionError: at the deadline, with the last result, or from the last failure.
    """
    deadline = time.monotonic() + within
    while True:
        result, failure = await _call(check)
        if failure is None and result:
            return result
        if time.monotonic() >= deadline:
            outcome = f"failed with {failure!r}" if failure else f"returned {result!r}"
            raise AssertionError(f"not true within {within:g} s; the last call {outcome}") from failure
        await asyncio.sleep(every)


async def _call(check: Callable[[], object]) -> tuple[object, Exception | None]:
    try:
        result = check()
        return (await result if inspect.isawaitable(result) else result), None
    except Exception as failure:  # noqa: BLE001  # any failure is one more "not yet"
        return None, failure
