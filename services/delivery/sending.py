"""Rounds of mail: a few mails taken up together, sent over one connection, and settled together."""

import asyncio
import time
from collections.abc import Callable, Sequence

import structlog

from services.delivery.adapters.smtp import MailConnection, MailPool, RelayAway
from services.delivery.domain.delivery import Delivery
from services.delivery.domain.outcome import Outcome, Released, Unknown
from services.delivery.settings import DeliverySettings
from services.delivery.usecases.claim_mails import claim_mails
from services.delivery.usecases.send_mail import send_mail
from services.delivery.usecases.settle import SENDING, Result, settle
from shared.db.database import Cause, Database
from shared.ids import new_id
from shared.messaging.outcome import Nature, nature
from shared.objects import ObjectStore

SETTLE_AFTER_S = 0.25
"""Answers are settled together while the server is quick; a slow one's answer is not kept waiting for the next."""
SETTLE_PAUSES_S = (0.2, 1.0, 5.0, 20.0)
"""A database that is away for a moment must not turn certain answers into uncertain deliveries."""

_log = structlog.get_logger(__name__)


class MailRoom:
    """Where mails are sent: the connections, and the rounds at work on them."""

    def __init__(self, settings: DeliverySettings, pool: MailPool, objects: ObjectStore) -> None:
        self.settings = settings
        self.objects = objects
        self._pool = pool
        self._rounds: dict[asyncio.Task[None], Round] = {}

    async def send_next(self, database: Database, due: Callable[[], object]) -> int:
        """Wait for a free connection and set a round going on it; how many mails it took up.

        `due` is called when mails turn out uncertain: somebody should be asked about them.
        """
        connection = await self._pool.take()
        try:
            taken = await self._take_up(database, connection)
        except BaseException:
            self._pool.give_back(connection)
            raise
        if not taken.mails:
            self._pool.give_back(connection)
            return 0
        task = asyncio.create_task(taken.run(due), name="delivery-mail-round")
        self._rounds[task] = taken
        task.add_done_callback(self._ended)
        return len(taken.mails)

    async def _take_up(self, database: Database, connection: MailConnection) -> "Round":
        # Reckoned from before the claim, so that our view of the lease ends before the database's.
        started = time.monotonic()
        async with database.unit(Cause(str(new_id()))) as work:
            mails = await claim_mails(work, self.settings.batch, self.settings.lease_s)
        return Round(self, database, connection, mails, started)

    def _ended(self, task: asyncio.Task[None]) -> None:
        done = self._rounds.pop(task)
        self._pool.give_back(done.connection)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("mail_round_failed", error=type(error).__name__, exc_info=error)

    async def open_one(self) -> None:
        """Have a working connection before anything is taken up; raises RelayAway."""
        connection = await self._pool.take()
        try:
            await connection.open()
        finally:
            self._pool.give_back(connection)

    def all_closed(self) -> bool:
        return self._pool.all_closed()

    async def close(self, within_s: float) -> None:
        """Finish the mails in hand, give the others back, hang up."""
        for round_ in self._rounds.values():
            round_.stop()
        if self._rounds:
            _, hanging = await asyncio.wait(self._rounds, timeout=within_s)
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
        await self._pool.close()


class Round:
    """One claim's mails. Every one of them gets an outcome, whatever happens."""

    def __init__(
        self,
        room: MailRoom,
        database: Database,
        connection: MailConnection,
        mails: Sequence[Delivery],
        started: float,
    ) -> None:
        self.connection = connection
        self.mails = mails
        self._room = room
        self._database = database
        self._lease_over = started + room.settings.lease_s - room.settings.lease_margin_s
        self._answers: list[Result] = []
        self._settled_at = started
        self._stopped: str | None = None

    def stop(self, reason: str = "the process stops") -> None:
        """Finish the mail in hand, give the others back."""
        self._stopped = reason

    async def run(self, due: Callable[[], object]) -> None:
        for delivery in self.mails:
            self._answers.append(Result(delivery, await self._send(delivery)))
            if time.monotonic() - self._settled_at > SETTLE_AFTER_S:
                await self._settle(due)
        await self._settle(due)

    async def _send(self, delivery: Delivery) -> Outcome:
        if self._stopped is not None or not self._still_ours():
            return Released(self._stopped or "too little of the lease was left to begin")
        sender, objects = self._room.settings.sender, self._room.objects
        try:
            return await send_mail(delivery, sender, objects, self.connection, self._still_ours)
        except RelayAway as away:
            self.stop(str(away))
            return Released(str(away))
        except Exception as error:  # noqa: BLE001  # raised again unless it will pass
            _log.exception("mail_failed_unforeseen", delivery_id=str(delivery.delivery_id), error=type(error).__name__)
            await self.connection.close()
            return Unknown(f"unforeseen {type(error).__name__} while sending")

    def _still_ours(self) -> bool:
        """Whether the lease leaves time to wait for the answer."""
        return time.monotonic() + self._room.settings.answer_timeout_s < self._lease_over

    async def _settle(self, due: Callable[[], object]) -> None:
        answers, self._answers = self._answers, []
        if not answers:
            return
        await self._keep_settling(answers)
        self._settled_at = time.monotonic()
        for answer in answers:
            _tell(answer)
        if any(isinstance(answer.outcome, Unknown) for answer in answers):
            due()

    async def _keep_settling(self, answers: list[Result]) -> None:
        for pause_s in (*SETTLE_PAUSES_S, None):
            try:
                async with self._database.unit(Cause(str(new_id()))) as work:
                    await settle(work, answers, self._room.settings.terms, SENDING)
            except Exception as error:
                _log.exception("mails_not_settled", count=len(answers), error=type(error).__name__)
                if pause_s is None or nature(error) is not Nature.OUTAGE:
                    raise
                await asyncio.sleep(pause_s)
            else:
                return


def _tell(answer: Result) -> None:
    _log.info(
        "mail_attempted",
        delivery_id=str(answer.delivery.delivery_id),
        attempt=answer.delivery.attempt,
        outcome=type(answer.outcome).__name__.lower(),
        correlation_id=answer.delivery.correlation_id,
    )
