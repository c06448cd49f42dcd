"""What has happened to a document, each thing once, in an order that does not depend on which message came first."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

What = Literal[
    "confirmed",
    "held",
    "delayed",
    "undeliverable",
    "dispatched",
    "invoiced",
    "overdue",
    "reminded",
    "payment_received",
    "payment_undone",
    "settled",
    "reopened",
    "credited",
]

RANKS: tuple[What, ...] = (
    "confirmed",
    "held",
    "delayed",
    "undeliverable",
    "dispatched",
    "invoiced",
    "overdue",
    "reminded",
    "payment_received",
    "payment_undone",
    "settled",
    "reopened",
    "credited",
)
"""The order within a day."""


@dataclass(frozen=True)
class TimelineEvent:
    """One thing that happened on a Norwegian day.

    `key` is natural: with the document and `what` it makes the event unique, so that a redelivered message adds none.
    `number` is the reminder's level, the number of the other document, or which settlement it was (None: the first);
    `amount_ore` the payment, negative of one that was undone.
    """

    client_id: UUID
    document_id: UUID
    what: What
    on_date: date
    key: str = ""
    detail: str = ""
    number: int | None = None
    amount_ore: int | None = None


def in_order(events: list[TimelineEvent]) -> list[TimelineEvent]:
    """By day, then by rank, then by number and amount: the same events in the same order, however they arrived.

    An invoice that is settled, reopened and settled again in a day shows that in this order, after its payments.
    """
    return sorted(events, key=_sort_key)


def _sort_key(event: TimelineEvent) -> tuple[date, int, int, int, int, str, str]:
    again = event.number or 0 if event.what in ("settled", "reopened") else 0
    return (
        event.on_date,
        again,
        RANKS.index(event.what),
        event.number or 0,
        event.amount_ore or 0,
        event.detail,
        event.key,
    )
