"""Take in rendered documents: a delivery for each, on the first channel that can be used."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.delivery.domain.agreement import Route, route
from services.delivery.domain.delivery import ORIGINAL, Delivery, message_id
from services.delivery.domain.machine import Change, Terms, start_on
from services.delivery.store import deliveries
from services.delivery.usecases.settle import follow_up
from shared.contracts.rendering import DocumentRendered
from shared.db.database import UnitOfWork
from shared.ids import new_id
from shared.messaging.subscription import Received


async def take_in(work: UnitOfWork, received: Sequence[Received[DocumentRendered]], terms: Terms, domain: str) -> int:
    """How many were new. A document that no agreed channel can carry is told undeliverable, with the reason."""
    now = work.clock.now()
    pairs = [_first_state(one, now, terms, domain) for one in _first_of_each(received)]
    new = await deliveries.insert_new(work.session, pairs)
    await follow_up(work, [(one, change) for one, change in pairs if one.delivery_id in new], terms)
    return len(new)


def _first_of_each(received: Sequence[Received[DocumentRendered]]) -> list[Received[DocumentRendered]]:
    """A batch may tell of one document twice; the insert alone would take the second for a conflict with itself."""
    firsts: dict[object, Received[DocumentRendered]] = {}
    for one in received:
        firsts.setdefault((one.event.client_id, one.event.document.document_id), one)
    return list(firsts.values())


def _first_state(
    received: Received[DocumentRendered], now: datetime, terms: Terms, domain: str
) -> tuple[Delivery, Change]:
    way = route(received.event)
    delivery = _delivery(received, way, now, domain)
    if not way.channels:
        return delivery, Change("undeliverable", None, 0, now, reason="; ".join(way.obstacles))
    change = replace(start_on(way.channels, now, terms), reason="; ".join(way.obstacles) or None)
    return replace(delivery, promised_at=change.promised_at), change


def _delivery(received: Received[DocumentRendered], way: Route, now: datetime, domain: str) -> Delivery:
    delivery_id = new_id()
    return Delivery(
        delivery_id=delivery_id,
        client_id=received.event.client_id,
        document=received.event.document,
        seller=received.event.seller,
        pdf=received.event.artefacts[0],
        channels=way.channels,
        channel=way.channels[0] if way.channels else None,
        email=way.email,
        message_id=message_id(delivery_id, ORIGINAL, domain),
        state="ready",
        attempt=0,
        failures=0,
        promised_at=now,
        created_at=now,
        correlation_id=received.cause.correlation_id,
        causation_id=received.cause.causation_id,
    )
