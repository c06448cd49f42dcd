"""A round of mail: a few mails claimed together, sent over one connection, and settled together."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from uuid import UUID

import structlog

from services.delivery.adapters.smtp import MailConnection, RelayUnavailable
from services.delivery.domain.channels import EMAIL
from services.delivery.domain.delivery import Delivery, State
from services.delivery.domain.outcome import Outcome, Released, Unknown
from services.delivery.store import deliveries
from services.delivery.tools import Tools
from services.delivery.usecases.deliveries.settle import Result, settle
from services.delivery.usecases.mails.note_dots import note_dots
from services.delivery.usecases.mails.send_mail import send_mail
from shared.messaging.outcome import Nature, nature
from shared.service import JobContext

STATES: tuple[State, ...] = ("sending", "uncertain")
"""A certain answer that comes after the lease still counts, unless the delivery was claimed again meanwhile."""
SETTLE_AFTER_S = 0.25
"""Answers are settled together while the server is quick; when it is slow, no answer waits for the next one."""
NOTED_AT_ONCE = 3
"""Final dots noted in one transaction: one for each mail would cost a tenth of the throughput. So many mails of each
connection may be in doubt after a kill."""
SETTLE_PAUSES_S = (0.2, 1.0, 5.0, 20.0)
"""A lock that another holds, or a short database outage, must not turn certain answers into uncertain deliveries."""

_log = structlog.get_logger(__name__)


async def start_round(context: JobContext[Tools]) -> int:
    """Wait for a free connection, claim due mails and start sending them; returns how many were claimed."""
    connection = await context.tools.pool.take()
    claiming = asyncio.create_task(_claim(context, connection))
    try:
        await asyncio.wait([claiming])
    except asyncio.CancelledError:
        # The claim may be at its commit: what it takes is given back, and does not wait for its lease to end.
        await asyncio.wait([claiming])
        with suppress(Exception):
            _begin(context.tools, connection, claiming, stopped="the process stops")
        raise
    return _begin(context.tools, connection, claiming)


def _begin(
    tools: Tools, connection: MailConnection, claiming: asyncio.Task["MailRound"], stopped: str | None = None
) -> int:
    give_back = partial(tools.pool.give_back, connection)
    try:
        mail_round = claiming.result()
    except BaseException:
        give_back()
        raise
    if not mail_round.mails:
        give_back()
        return 0
    if stopped is not None:
        mail_round.stop(stopped)
    tools.rounds.start(mail_round, ended=give_back)
    return len(mail_round.mails)


async def _claim(context: JobContext[Tools], connection: MailConnection) -> "MailRound":
    # Counted from before the claim, so that our view of the lease ends before the database's.
    started = time.monotonic()
    settings = context.tools.settings
    async with context.database.unit(context.cause()) as work:
        mails = await deliveries.claim_ready(
            work.session, EMAIL, work.clock.now(), limit=settings.batch, lease_s=settings.lease_s
        )
    return MailRound(context, connection, mails, started)


class MailRound:
    """The mails of one claim. Every one of them gets an outcome, whatever happens."""

    def __init__(
        self, context: JobContext[Tools], connection: MailConnection, mails: Sequence[Delivery], started: float
    ) -> None:
        self.mails = mails
        self._context = context
        self._connection = connection
        settings = context.tools.settings
        self._last_start = started + settings.lease_s - settings.lease_margin_s - settings.answer_timeout_s
        self._results: list[Result] = []
        self._settled_at = started
        self._stopped: str | None = None
        self._noted: set[UUID] = set()

    def stop(self, reason: str) -> None:
        """Finish the mail in hand and give the others back."""
        self._stopped = reason

    async def run(self) -> None:
        for delivery in self.mails:
            self._results.append(Result(delivery, await self._send(delivery)))
            if time.monotonic() - self._settled_at > SETTLE_AFTER_S:
                await self._settle()
        await self._settle()

    async def _send(self, delivery: Delivery) -> Outcome:
        if self._stopped is not None or not self._lease_holds():
            return Released(self._stopped or "too little of the lease was left to begin")
        try:
            return await send_mail(self._context.tools, delivery, self._connection, partial(self._may_end, delivery))
        except RelayUnavailable as error:
            self.stop(str(error))
            return Released(str(error))
        except Exception as error:  # noqa: BLE001  # whatever happens, the mail gets an outcome
            _log.exception("mail_failed", delivery_id=str(delivery.delivery_id), error=type(error).__name__)
            await self._connection.close()
            return Unknown(f"unforeseen {type(error).__name__} while sending")

    async def _may_end(self, delivery: Delivery) -> bool:
        """Note the final dot first and look at the lease last: writing the note may take long."""
        if delivery.delivery_id not in self._noted:
            await self._note_dots(self.mails.index(delivery))
        return delivery.delivery_id in self._noted and self._lease_holds()

    async def _note_dots(self, first: int) -> None:
        try:
            async with self._context.database.unit(self._context.cause()) as work:
                self._noted |= await note_dots(work, self.mails[first : first + NOTED_AT_ONCE])
        except Exception as error:  # noqa: BLE001  # without its note the mail is given back
            _log.warning("dots_not_noted", error=type(error).__name__)

    def _lease_holds(self) -> bool:
        """Whether the lease leaves time to wait for the server's answer."""
        return time.monotonic() < self._last_start

    async def _settle(self) -> None:
        results, self._results = self._results, []
        if not results:
            return
        await self._settle_each_if_not_all(results)
        self._settled_at = time.monotonic()
        for result in results:
            _log_attempt(result)
        if any(isinstance(result.outcome, Unknown) for result in results):
            self._context.tools.reconcile_soon()

    async def _settle_each_if_not_all(self, results: list[Result]) -> None:
        """One result that cannot be settled costs no other its answer; its own delivery becomes uncertain."""
        if await self._settled(results) or len(results) == 1:
            return
        for result in results:
            await self._settled([result])

    async def _settled(self, results: list[Result]) -> bool:
        """Settle results together, again and again unless it is no use."""
        for pause_s in (*SETTLE_PAUSES_S, None):
            try:
                async with self._context.database.unit(self._context.cause()) as work:
                    await settle(work, results, self._context.tools.terms, STATES)
            except Exception as error:  # noqa: BLE001  # logged; the next mails are sent whatever happens to these
                _log.exception("mails_not_settled", count=len(results), error=type(error).__name__)
                if pause_s is None or nature(error) in (Nature.BUG, Nature.PERMANENT):
                    return False
                await asyncio.sleep(pause_s)
            else:
                return True
        return False


def _log_attempt(result: Result) -> None:
    _log.info(
        "mail_attempted",
        delivery_id=str(result.delivery.delivery_id),
        attempt=result.delivery.attempt,
        outcome=result.outcome.recorded,
        correlation_id=result.delivery.correlation_id,
    )
