"""Settings of the payments service, from the environment with the prefix FAKTURA_PAYMENTS_."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.payments.domain.bank_days import BankCalendar
from shared.objects import ObjectStore
from shared.runtime import Runtime


class PaymentsSettings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="FAKTURA_PAYMENTS_", use_attribute_docstrings=True, extra="ignore", frozen=True
    )

    half_days_closed: bool = True
    """Whether 24 and 31 December are no bank days: a payment due then is on time on the next bank day."""
    overdue_batch: int = Field(200, ge=1, le=5000)
    """Claims that one transaction of the overdue scan tells of."""


@dataclass(frozen=True)
class Tools:
    """What the service reaches outside its database: the store that the files of the bank are kept in."""

    settings: PaymentsSettings
    calendar: BankCalendar
    objects: ObjectStore


@asynccontextmanager
async def tools(runtime: Runtime) -> AsyncIterator[Tools]:
    """The tools for the life of the process."""
    settings = PaymentsSettings()
    yield Tools(settings, BankCalendar(settings.half_days_closed), ObjectStore.open(runtime.house.object_store))
