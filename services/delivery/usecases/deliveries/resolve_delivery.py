"""Resolve an uncertain delivery: a person has found out whether it arrived."""

from uuid import UUID

from services.delivery.domain.errors import NotUncertain
from services.delivery.domain.machine import Terms
from services.delivery.domain.outcome import Accepted, NotTaken, Outcome
from services.delivery.store import deliveries
from services.delivery.usecases.deliveries.settle import Result, settle
from shared.db.audit import Change
from shared.db.database import UnitOfWork


async def resolve_delivery(
    work: UnitOfWork, client_id: UUID, delivery_id: UUID, *, handed_over: bool, terms: Terms
) -> None:
    """Does nothing if it is already handed over as the person says. Raises DeliveryNotFound and NotUncertain."""
    delivery = await deliveries.lock(work.session, client_id, delivery_id)
    if handed_over and delivery.state == "handed_over":
        work.unchanged()
        return
    if delivery.state != "uncertain":
        raise NotUncertain(state=delivery.state)
    decided = {"handed_over": handed_over}
    work.changed(Change("deliveries", delivery_id, before={"state": delivery.state}, after=decided))
    await settle(work, [Result(delivery, _outcome(handed_over=handed_over))], terms, ("uncertain",))


def _outcome(*, handed_over: bool) -> Outcome:
    if handed_over:
        return Accepted("confirmed by a person: handed over", "person")
    return NotTaken("confirmed by a person: not handed over", "person")
