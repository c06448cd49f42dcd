"""One child process from the service's side: start it, ask it, kill it."""

import asyncio
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final, Self

from services.rendering.adapters.frames import BrokenFrame, Frame, read_frame

ROOT: Final = Path(__file__).parents[3]
CHILD: Final = "services.rendering.adapters.child"


class ChildLost(Exception):
    """The child died or did not answer in time."""


@dataclass(frozen=True)
class ChildPlan:
    """How children are started. `workdir` is an empty folder; only tests set another `module`."""

    workdir: Path
    fonts: Path
    memory_bytes: int
    start_timeout_s: float
    timeout_s: float
    module: str = CHILD

    def command(self) -> tuple[str, ...]:
        # Less processor time than wall-clock time: the kernel ends a child that spins, we end one that waits.
        limits = (os.getpid(), self.memory_bytes, ceil(0.75 * self.timeout_s))
        # -P: nothing is imported from the working folder.
        return (sys.executable, "-P", "-m", self.module, *map(str, limits))

    def environment(self) -> dict[str, str]:
        """As little as possible: no database addresses, no secrets."""
        return {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(self.workdir),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "FONTCONFIG_FILE": str(self.fonts),
        }


class Child:
    """Takes one request at a time. A caller that is interrupted must `kill` it: its answer might still come."""

    def __init__(self, process: asyncio.subprocess.Process, timeout_s: float) -> None:
        self._process = process
        self._timeout_s = timeout_s
        self.requests = 0
        self.isolated = False

    @classmethod
    async def start(cls, plan: ChildPlan) -> Self:
        """A child that is ready to render. Raises ChildLost when it does not get ready in time."""
        process = await asyncio.create_subprocess_exec(
            *plan.command(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=plan.workdir,
            env=plan.environment(),
        )
        child = cls(process, plan.timeout_s)
        try:
            ready = await child._receive(plan.start_timeout_s)
        except BaseException:
            await child.kill()
            raise
        child.isolated = bool(ready.head["isolated"])
        return child

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, frame: Frame) -> Frame:
        """The child's answer. Raises ChildLost."""
        self.requests += 1
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(frame.packed())
            await asyncio.wait_for(stdin.drain(), self._timeout_s)
        except (OSError, TimeoutError) as error:
            raise ChildLost(f"child {self.pid} did not take the request: {type(error).__name__}") from error
        return await self._receive(self._timeout_s)

    async def _receive(self, within_s: float) -> Frame:
        stdout = self._process.stdout
        assert stdout is not None
        try:
            return await asyncio.wait_for(read_frame(stdout), within_s)
        except TimeoutError as error:
            raise ChildLost(f"child {self.pid} did not answer within {within_s:g} s") from error
        except (BrokenFrame, OSError) as error:
            raise ChildLost(f"child {self.pid} ended: {await self._ending()}") from error

    async def _ending(self) -> str:
        with suppress(TimeoutError):
            code = await asyncio.wait_for(self._process.wait(), 1)
            return f"signal {-code}" if code < 0 else f"exit status {code}"
        return "its pipe is closed"

    async def kill(self) -> None:
        """End it now, and wait until it is gone."""
        with suppress(ProcessLookupError):
            self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()
