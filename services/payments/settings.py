"""Settings of the payments service, from the environment with the prefix FAKTURA_PAYMENTS_."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class PaymentsSettings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="FAKTURA_PAYMENTS_",
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
        extra="ignore",
        frozen=True,
    )

    half_days_closed: bool = True
    """Whether 24 and 31 December do not count as bank days: a payment due then is on time on the next bank day."""
    overdue_batch: int = Field(200, ge=1, le=5000)
    """How many overdue claims one transaction of the scan handles."""
    reminder_minimum_ore: int = Field(50_00, ge=1)
    """The least that is reminded of, after the customer's credit. No law sets it: below about 50 kr a letter costs more
    than it brings, and the highest fee for one (38 kr in 2026) would be most of the claim."""
