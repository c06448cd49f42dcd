"""What has become of an invoice, as its page on the playground tells it."""

from dataclasses import dataclass
from typing import Any

from dev.playground.mailbox import Mail
from dev.wording import sentence


@dataclass(frozen=True)
class InvoiceStory:
    """An invoice with what the other services have of it. Amounts in øre; the values are those of the API."""

    invoice: dict[str, Any]
    has_pdf: bool
    entries: list[dict[str, Any]]
    accounts: dict[int, str]
    mails: list[Mail]
    letter_waits: bool

    @property
    def outstanding_ore(self) -> int:
        invoice = self.invoice
        return int(invoice["payable_ore"] - invoice["paid_ore"] - invoice["credited_ore"])

    @property
    def timeline(self) -> list[dict[str, Any]]:
        return [{**event, "sentence": sentence(event)} for event in self.invoice["events"]]
