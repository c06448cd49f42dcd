"""How much memory processes came to use at most, watched from a thread while they work."""

import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import psutil

EVERY_S = 0.25


class PeakMemory:
    """`processes` are names and pids (None: this one); children count with their parents. Peaks in MB (10⁶ bytes)."""

    def __init__(self, processes: Mapping[str, int | None]) -> None:
        self.peaks_mb: dict[str, float] = dict.fromkeys(processes, 0.0)
        self._processes = {name: psutil.Process(pid) for name, pid in processes.items()}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(EVERY_S):
            for name, process in self._processes.items():
                self.peaks_mb[name] = max(self.peaks_mb[name], _weight_mb(process))


def _weight_mb(process: psutil.Process) -> float:
    """Resident memory of a process with its children; one that has just ended weighs nothing."""
    weight = 0
    try:
        for one in (process, *process.children(recursive=True)):
            weight += one.memory_info().rss
    except psutil.NoSuchProcess:
        return weight / 1e6
    return weight / 1e6
