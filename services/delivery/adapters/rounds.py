"""The rounds of mail under way in this process, so that a stop can wait for them."""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

_log = structlog.get_logger(__name__)


class Round(Protocol):
    """Work on a few claimed mails."""

    async def run(self) -> None: ...

    def stop(self, reason: str) -> None:
        """Finish the mail in hand and give the others back."""


class Rounds:
    """Runs each round as a task of its own."""

    def __init__(self) -> None:
        self._running: dict[asyncio.Task[None], Round] = {}

    def start(self, mail_round: Round, ended: Callable[[], None]) -> None:
        """`ended` is called when the round is over, however it ended."""

        def finish(task: asyncio.Task[None]) -> None:
            del self._running[task]
            ended()
            if not task.cancelled() and (error := task.exception()) is not None:
                _log.error("mail_round_failed", error=type(error).__name__, exc_info=error)

        task = asyncio.create_task(mail_round.run(), name="delivery-mail-round")
        self._running[task] = mail_round
        task.add_done_callback(finish)

    async def close(self, within_s: float) -> None:
        """Stop the rounds, wait for them, and cancel those that take longer."""
        for mail_round in self._running.values():
            mail_round.stop("the process stops")
        if self._running:
            _, hanging = await asyncio.wait(self._running, timeout=within_s)
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
