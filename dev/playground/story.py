"""What has become of an invoice, as its page on the playground tells it."""

from dataclasses import dataclass
from typing import Any, Final

from dev.playground.mailbox import Mail

SENTENCES: Final = {
    "confirmed": "Utstedt",
    "held": "Holdt tilbake",
    "delayed": "Forsinket",
    "undeliverable": "Kunne ikke leveres",
    "dispatched": "Sendt",
    "overdue": "Forfalt",
    "reminded": "Purret",
    "payment_received": "Innbetaling",
    "settled": "Betalt i sin helhet",
    "credited": "Kreditert",
}
"""The line of the timeline for what happened; what is not here stands as the API calls it."""
CHANNELS: Final = {"email": "på e-post", "print": "som brev"}


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
        return [
            {
                **event,
                "sentence": SENTENCES.get(event["what"], event["what"]),
                "detail": CHANNELS.get(event["detail"], event["detail"]),
            }
            for event in self.invoice["events"]
        ]
