"""Python's cycle collector, which stops every thread while it looks through all there is."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final


class _Rest:
    """How many want the collector at rest; it is back at work when the last one is done."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = 0

    def begin(self) -> None:
        with self._lock:
            self._wanted += 1
            gc.disable()

    def end(self) -> None:
        with self._lock:
            self._wanted -= 1
            if self._wanted == 0:
                gc.enable()


_rest: Final = _Rest()


@contextmanager
def gc_paused() -> Iterator[None]:
    """While a large file is at work: its values hold no cycles and are freed without the collector.

    It would look through hundreds of thousands of them again and again, and keep the event loop waiting for over a
    second each time (measured with 100 000 payments).
    """
    _rest.begin()
    try:
        yield
    finally:
        _rest.end()
