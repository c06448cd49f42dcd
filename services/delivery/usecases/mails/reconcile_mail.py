"""Reconcile an uncertain mail with the mail log's answer."""

from services.delivery.domain.delivery import Delivery
from services.delivery.domain.machine import Terms
from services.delivery.domain.outcome import Accepted, NotTaken, Outcome
from services.delivery.usecases.deliveries.settle import Result, settle
from shared.db.database import UnitOfWork


async def reconcile_mail(work: UnitOfWork, delivery: Delivery, *, taken: bool, terms: Terms) -> int:
    """1 when it moved on, 0 when it had been resolved in the meantime."""
    return await settle(work, [Result(delivery, _outcome(taken=taken))], terms, ("uncertain",))


def _outcome(*, taken: bool) -> Outcome:
    if taken:
        return Accepted("reconciled: the mail server has taken the message", "mail_log")
    return NotTaken("reconciled: the mail server has not taken the message", "mail_log")
