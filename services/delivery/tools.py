"""What delivery reaches outside its database, opened for the life of the process."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2

from services.delivery.adapters.smtp import MailPool, Relay, Timeouts
from services.delivery.adapters.witness import HttpWitness, Witness
from services.delivery.pace import Pace
from services.delivery.sending import MailRoom
from services.delivery.settings import DeliverySettings
from shared.objects import ObjectStore
from shared.runtime import Runtime

RESOLVE = "resolve-uncertain"


@dataclass(frozen=True)
class Tools:
    settings: DeliverySettings
    mail: MailRoom
    objects: ObjectStore
    witness: Witness | None
    wake: Callable[[], None]
    """Tells this process's jobs that there is mail to send."""
    pace: Pace

    def ask_soon(self) -> None:
        """Mails have turned out uncertain."""
        self.pace.at_once(RESOLVE)
        self.wake()


@asynccontextmanager
async def tools(runtime: Runtime) -> AsyncIterator[Tools]:
    settings = DeliverySettings()
    objects = ObjectStore.open(runtime.house.object_store)
    mail = MailRoom(settings, MailPool(_relay(settings), settings.workers), objects)
    async with httpx2.AsyncClient(timeout=settings.witness_timeout_s) as http:
        witness = HttpWitness(settings.witness_url, http) if settings.witness_url else None
        try:
            yield Tools(settings, mail, objects, witness, runtime.wake_jobs, Pace(runtime.house.job_pause_s))
        finally:
            await mail.close(runtime.house.drain_s)


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
