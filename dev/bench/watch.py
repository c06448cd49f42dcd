"""Peak memory and processor time of processes, sampled from a thread while they work."""

import threading
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import Self

import psutil

EVERY_S = 0.25


class Watch:
    """`processes` are pids by name (None: this process); children count with their parents.

    `peaks_mb` is resident memory in MB (10⁶ bytes); `cpu_s` is processor time in seconds since the watch began.
    """

    def __init__(self, processes: Mapping[str, int | None]) -> None:
        self.peaks_mb: dict[str, float] = dict.fromkeys(processes, 0.0)
        self.cpu_s: dict[str, float] = dict.fromkeys(processes, 0.0)
        self._processes = {name: psutil.Process(pid) for name, pid in processes.items()}
        self._began = {name: _cpu_s(process) for name, process in self._processes.items()}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._sample()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            self._sample()

    def _sample(self) -> None:
        for name, process in self._processes.items():
            self.peaks_mb[name] = max(self.peaks_mb[name], _memory_mb(process))
            self.cpu_s[name] = _cpu_s(process) - self._began[name]


def _with_children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _memory_mb(process: psutil.Process) -> float:
    return sum(_or_zero(partial(_rss, member)) for member in _with_children(process)) / 1e6


def _cpu_s(process: psutil.Process) -> float:
    return sum(_or_zero(partial(_cpu, member)) for member in _with_children(process))


def _or_zero(measure: Callable[[], float]) -> float:
    """A process that has just ended counts as zero."""
    try:
        return measure()
    except psutil.NoSuchProcess:
        return 0.0


def _rss(process: psutil.Process) -> float:
    return float(process.memory_info().rss)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
