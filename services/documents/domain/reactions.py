"""What happens to a confirmed document elsewhere, as it matters here."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.documents.domain.document import DeliveryState
from services.documents.domain.timeline import TimelineEvent
from shared.values import Ore, Value


@dataclass(frozen=True)
class DeliveryUpdate:
    """Where a document's delivery stands, and the line of its timeline that says so."""

    event: TimelineEvent
    state: DeliveryState
    reason: str | None = None


class OverdueClaim(Value):
    """An invoice that payments found overdue, for the `level`th time."""

    client_id: UUID
    document_id: UUID
    level: int
    outstanding_ore: Ore
    found_on: date

    def timeline_event(self) -> TimelineEvent:
        return TimelineEvent(
            self.client_id,
            self.document_id,
            "overdue",
            self.found_on,
            key=str(self.level),
            number=self.level,
            amount_ore=self.outstanding_ore,
        )
