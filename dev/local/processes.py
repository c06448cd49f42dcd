"""Every service as its own process, as in production. Any of them can be killed and restarted."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dev.lifeline import Lifeline
from dev.ports import free_port

STOP_WITHIN_S = 40.0


@dataclass
class ServiceProcess:
    """One copy of one service, with its own log file."""

    name: str
    service: str
    environment: Mapping[str, str]
    log: Path
    port: int = field(default_factory=free_port)
    _process: asyncio.subprocess.Process | None = None
    _lifeline: Lifeline | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "cli",
                "run",
                self.service,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=Path(__file__).parents[2],
                env={**os.environ, **self.environment, "FAKTURA_PORT": str(self.port)},
                start_new_session=True,
            )
        self._lifeline = Lifeline(self._process.pid, signal.SIGTERM)

    async def stop(self) -> None:
        """Terminate it; kill it if it does not finish in time."""
        if self.pid is None:
            return
        assert self._process is not None
        self.thaw()
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_WITHIN_S)
        except TimeoutError:
            await self.kill()
        self._cut()

    async def kill(self) -> None:
        """kill -9, with its children: nothing is finished."""
        if self._process is not None and self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()
        self._cut()

    def freeze(self) -> None:
        """Stop it and its children where they are, as a machine does that is out of memory or asleep."""
        assert self.pid is not None, f"{self.name} is not running"
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on, if it was frozen."""
        if self.pid is not None:
            os.killpg(self.pid, signal.SIGCONT)

    def _cut(self) -> None:
        if self._lifeline is not None:
            self._lifeline.cut()
            self._lifeline = None


def prepare_processes(
    environments: Mapping[str, Mapping[str, str]], copies: Mapping[str, int], logs: Path
) -> dict[str, ServiceProcess]:
    """A process for every service and copy: `rendering`, `rendering-2`, …"""
    logs.mkdir(parents=True, exist_ok=True)
    processes = {}
    for service, environment in environments.items():
        for copy in range(1, copies.get(service, 1) + 1):
            name = service if copy == 1 else f"{service}-{copy}"
            processes[name] = ServiceProcess(name, service, environment, logs / f"{name}.log")
    return processes
