"""Facts of other services, as what they mean to a document: an event of its timeline, and a state of its delivery."""

from dataclasses import dataclass
from datetime import date

from services.documents.domain.document import DeliveryState
from services.documents.domain.timeline import TimelineEvent
from shared.clock import oslo_date
from shared.contracts.delivery import DocumentDelayed, DocumentDispatched, DocumentUndeliverable
from shared.contracts.payments import DocumentOverdue, DocumentSettled, PaymentMatched
from shared.contracts.rendering import DocumentHeld


@dataclass(frozen=True)
class DeliveryNews:
    """Where a document's delivery stands now."""

    event: TimelineEvent
    state: DeliveryState
    reason: str | None = None


def dispatched(fact: DocumentDispatched) -> DeliveryNews:
    document, day = fact.document, oslo_date(fact.handed_over_at)
    event = TimelineEvent(
        fact.client_id, document.document_id, "dispatched", day, key=str(fact.delivery_id), detail=fact.channel
    )
    return DeliveryNews(event, "dispatched")


def delayed(fact: DocumentDelayed, today: date) -> DeliveryNews:
    event = TimelineEvent(fact.client_id, fact.document.document_id, "delayed", today, detail=fact.reason)
    return DeliveryNews(event, "delayed", fact.reason)


def undeliverable(fact: DocumentUndeliverable, today: date) -> DeliveryNews:
    event = TimelineEvent(fact.client_id, fact.document.document_id, "undeliverable", today, detail=fact.reason)
    return DeliveryNews(event, "undeliverable", fact.reason)


def held(fact: DocumentHeld, today: date) -> DeliveryNews:
    event = TimelineEvent(fact.client_id, fact.document_id, "held", today, key=fact.code, detail=fact.reason)
    return DeliveryNews(event, "held", fact.reason)


def payment_received(fact: PaymentMatched) -> TimelineEvent:
    return TimelineEvent(
        fact.client_id,
        fact.document_id,
        "payment_received",
        fact.paid_on,
        key=str(fact.payment_id),
        detail=fact.kind,
        amount_ore=fact.amount_ore,
    )


def settled(fact: DocumentSettled) -> TimelineEvent:
    return TimelineEvent(fact.client_id, fact.document_id, "settled", fact.settled_on)


def overdue(fact: DocumentOverdue) -> TimelineEvent:
    return TimelineEvent(
        fact.client_id,
        fact.document_id,
        "overdue",
        fact.found_on,
        key=str(fact.level),
        number=fact.level,
        amount_ore=fact.outstanding_ore,
    )
