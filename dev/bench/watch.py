"""What processes came to use, watched from a thread while they work: memory at most, and time on a core."""

import threading
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import Self

import psutil

EVERY_S = 0.25


class Watch:
    """`processes` are names and pids (None: this one); children count with their parents.

    `peaks_mb` in MB (10⁶ bytes) of resident memory; `cpu_s` in seconds since the watch began.
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
        self._look()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            self._look()

    def _look(self) -> None:
        for name, process in self._processes.items():
            self.peaks_mb[name] = max(self.peaks_mb[name], _weight_mb(process))
            self.cpu_s[name] = _cpu_s(process) - self._began[name]


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _weight_mb(process: psutil.Process) -> float:
    return sum(_ask(partial(_rss, one)) for one in _family(process)) / 1e6


def _cpu_s(process: psutil.Process) -> float:
    return sum(_ask(partial(_cpu, one)) for one in _family(process))


def _ask(question: Callable[[], float]) -> float:
    """One that has just ended weighs nothing."""
    try:
        return question()
    except psutil.NoSuchProcess:
        return 0.0


def _rss(process: psutil.Process) -> float:
    return float(process.memory_info().rss)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
