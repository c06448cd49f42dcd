"""Resolve an uncertain delivery, on the word of the relay's log or of a person."""

from uuid import UUID

from services.delivery.domain.delivery import Delivery
from services.delivery.domain.machine import Terms
from services.delivery.domain.outcome import Accepted, NotSeen, Phase
from services.delivery.errors import DeliveryUnknown, NotUncertain
from services.delivery.store import deliveries
from services.delivery.usecases.settle import Result, settle
from shared.db.database import UnitOfWork


async def resolve_by_mail_log(work: UnitOfWork, delivery: Delivery, *, seen: bool, terms: Terms) -> int:
    """1 when it moved on, 0 when it had been resolved in the meantime."""
    said = "reconciled: the mail server has taken the message" if seen else "the mail server has not seen the message"
    return await _resolve(work, delivery, seen=seen, said=(said, "mail_log"), terms=terms)


async def resolve_delivery(
    work: UnitOfWork, client_id: UUID, delivery_id: UUID, *, handed_over: bool, terms: Terms
) -> None:
    """A person has found out. Raises DeliveryUnknown, and NotUncertain unless it already stands as they say."""
    delivery = await deliveries.lock(work.session, client_id, delivery_id)
    if delivery is None:
        raise DeliveryUnknown(delivery_id=delivery_id)
    if handed_over and delivery.state == "handed_over":
        return
    if delivery.state != "uncertain":
        raise NotUncertain(state=delivery.state)
    said = "confirmed by a person: handed over" if handed_over else "confirmed by a person: not handed over"
    await _resolve(work, delivery, seen=handed_over, said=(said, "person"), terms=terms)


async def _resolve(work: UnitOfWork, delivery: Delivery, *, seen: bool, said: tuple[str, Phase], terms: Terms) -> int:
    outcome = Accepted(*said) if seen else NotSeen(*said)
    return await settle(work, [Result(delivery, outcome)], terms, ("uncertain",))
