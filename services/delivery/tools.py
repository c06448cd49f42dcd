"""What delivery reaches outside its database, open for the life of the process."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2

from services.delivery.adapters.mail_log import HttpMailLog, MailLog
from services.delivery.adapters.rounds import Rounds
from services.delivery.adapters.smtp import MailPool, Relay, Timeouts
from services.delivery.adapters.throttle import Throttle
from services.delivery.domain.machine import Terms
from services.delivery.domain.print_shop import PrintShops
from services.delivery.settings import DeliverySettings
from shared.objects import ObjectStore
from shared.service import Host

RECONCILE = "reconcile-mails"


@dataclass(frozen=True)
class Tools:
    settings: DeliverySettings
    terms: Terms
    shops: PrintShops
    pool: MailPool
    rounds: Rounds
    """The rounds of mail under way; closing waits for them."""
    objects: ObjectStore
    mail_log: MailLog | None
    wake: Callable[[], None]
    """Wakes this process's jobs: there is mail to send."""
    throttle: Throttle

    def reconcile_soon(self) -> None:
        """Mails have become uncertain: check the mail log now."""
        self.throttle.reset(RECONCILE)
        self.wake()


@asynccontextmanager
async def open_tools(host: Host) -> AsyncIterator[Tools]:
    settings = DeliverySettings()
    pool, rounds = MailPool(_relay(settings), settings.workers), Rounds()
    async with httpx2.AsyncClient(timeout=settings.mail_log_timeout_s) as http:
        try:
            yield Tools(
                settings=settings,
                terms=settings.terms,
                shops=settings.shops,
                pool=pool,
                rounds=rounds,
                objects=ObjectStore.open(host.settings.object_store),
                mail_log=HttpMailLog(settings.mail_log_url, http) if settings.mail_log_url else None,
                wake=host.wake_jobs,
                throttle=Throttle(host.settings.job_pause_s),
            )
        finally:
            await rounds.close(host.settings.drain_s)
            await pool.close()


def _relay(settings: DeliverySettings) -> Relay:
    return Relay(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        timeouts=Timeouts(
            connect=settings.connect_timeout_s,
            command=settings.command_timeout_s,
            data=settings.data_timeout_s,
            content=settings.content_timeout_s,
            answer=settings.answer_timeout_s,
        ),
        username=settings.smtp_username,
        password=settings.smtp_password,
        ca_file=settings.smtp_ca_file,
        local_hostname=settings.smtp_local_hostname,
    )
