"""What delivery reaches outside its database, opened for the life of the process."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2

from services.delivery.adapters.mail_log import HttpMailLog, MailLog
from services.delivery.adapters.smtp import MailPool, Relay, Timeouts
from services.delivery.sending import MailRoom
from services.delivery.settings import DeliverySettings
from services.delivery.adapters.throttle import Throttle
from shared.objects import ObjectStore
from shared.service import Host

RESOLVE = "resolve-uncertain"


@dataclass(frozen=True)
class Tools:
    settings: DeliverySettings
    mail: MailRoom
    objects: ObjectStore
    mail_log: MailLog | None
    wake: Callable[[], None]
    """Tells this process's jobs that there is mail to send."""
    throttle: Throttle

    def ask_soon(self) -> None:
        """Mails have turned out uncertain."""
        self.throttle.at_once(RESOLVE)
        self.wake()


@asynccontextmanager
async def open_tools(host: Host) -> AsyncIterator[Tools]:
    settings = DeliverySettings()
    objects = ObjectStore.open(host.settings.object_store)
    mail = MailRoom(settings, MailPool(_relay(settings), settings.workers), objects)
    async with httpx2.AsyncClient(timeout=settings.mail_log_timeout_s) as http:
        mail_log = HttpMailLog(settings.mail_log_url, http) if settings.mail_log_url else None
        try:
            yield Tools(settings, mail, objects, mail_log, host.wake_jobs, Throttle(host.settings.job_pause_s))
        finally:
            await mail.close(host.settings.drain_s)


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
