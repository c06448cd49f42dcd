"""What payments uses besides its database and the bus."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.payments.domain.bank_days import BankCalendar
from services.payments.settings import PaymentsSettings
from shared.objects import ObjectStore
from shared.service import Host


@dataclass(frozen=True)
class Tools:
    settings: PaymentsSettings
    calendar: BankCalendar
    objects: ObjectStore
    """Holds every bank file received, under the SHA-256 of its bytes."""


@asynccontextmanager
async def open_tools(host: Host) -> AsyncIterator[Tools]:
    settings = PaymentsSettings()
    yield Tools(settings, BankCalendar(settings.half_days_closed), ObjectStore.open(host.settings.object_store))
