"""Python's cyclic garbage collector, which stops every thread while it examines objects."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final


def collect_rarely(objects_between: int) -> None:
    """Keep the collector from what is loaded now, which stays for good, and let it run only after so many new objects.

    The modules and models of a service are 200 000 objects, and examining them all takes 0.15 s or more.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(objects_between, 20, 20)


class _Pauses:
    """Counts overlapping pauses; the collector resumes when the last one ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def begin(self) -> None:
        with self._lock:
            self._count += 1
            gc.disable()

    def end(self) -> None:
        with self._lock:
            self._count -= 1
            if self._count == 0:
                gc.enable()


_pauses: Final = _Pauses()


@contextmanager
def gc_paused() -> Iterator[None]:
    """For work on hundreds of thousands of values without reference cycles, which are freed without the collector.

    Otherwise it would examine them again and again, and block the event loop for over a second each time (measured with
    100 000 payments).
    """
    _pauses.begin()
    try:
        yield
    finally:
        _pauses.end()
