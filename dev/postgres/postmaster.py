"""The running server as seen from outside: its pid file, its processes, how to end it."""

import signal
from dataclasses import dataclass
from pathlib import Path

import psutil

from dev.postgres.errors import EmbeddedPostgresError

_GENTLE_SECONDS = 30.0
_FIRM_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A live server on a cluster, from `postmaster.pid` (PostgreSQL: src/include/utils/pidfile.h)."""

    pid: int
    socket_dir: Path
    ready: bool

    @classmethod
    def of(cls, cluster: Path) -> "Postmaster | None":
        """The server that runs on `cluster`, or None."""
        lines = _pid_file_lines(cluster)
        if len(lines) < 5 or not _is_server_of(cluster, int(lines[0])):
            return None
        ready = len(lines) > 7 and lines[7].strip() == "ready"
        return cls(int(lines[0]), Path(lines[4].strip()), ready)

    def stop(self) -> None:
        """End the server: connections are cut and data is written; if it hangs, it is killed and recovers at its next
        start."""
        try:
            process = psutil.Process(self.pid)
            for stop_signal, patience in (
                (signal.SIGINT, _GENTLE_SECONDS),
                (signal.SIGQUIT, _FIRM_SECONDS),
                (signal.SIGKILL, _FIRM_SECONDS),
            ):
                process.send_signal(stop_signal)
                if _ends_within(process, patience):
                    return
        except psutil.NoSuchProcess:
            return
        raise EmbeddedPostgresError(f"PostgreSQL (process {self.pid}) does not end")


def remove_stale_pid_file(cluster: Path) -> None:
    """After a crash the recorded pid may belong to another program, and PostgreSQL would refuse to start.

    The file stays while any process still works in the cluster: it guards the shared memory of orphaned backends.
    """
    if Postmaster.of(cluster) is None and not any(_works_in(cluster, process) for process in psutil.process_iter()):
        (cluster / "postmaster.pid").unlink(missing_ok=True)


def _pid_file_lines(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _is_server_of(cluster: Path, pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and str(cluster) in process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _works_in(cluster: Path, process: psutil.Process) -> bool:
    try:
        return process.cwd() == str(cluster)
    except psutil.Error:
        return False


def _ends_within(process: psutil.Process, seconds: float) -> bool:
    try:
        process.wait(seconds)
    except psutil.TimeoutExpired:
        return False
    return True
