"""What other services' events mean to a confirmed document."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.documents.domain.document import DeliveryState
from services.documents.domain.timeline import TimelineEvent
from shared.values import Ore, Value


@dataclass(frozen=True)
class DeliveryUpdate:
    """Where a document's delivery stands, and the line of its timeline."""

    event: TimelineEvent
    state: DeliveryState
    reason: str | None = None


class OverdueClaim(Value):
    """An invoice that is overdue. `level` 1 calls for the first reminder, 2 for the second."""

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
