"""What payments reaches outside its database and the bus."""

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
    """Where the bank's files are kept, by the hash of their bytes."""


@asynccontextmanager
async def open_tools(host: Host) -> AsyncIterator[Tools]:
    settings = PaymentsSettings()
    yield Tools(settings, BankCalendar(settings.half_days_closed), ObjectStore.open(host.settings.object_store))
