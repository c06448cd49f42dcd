"""Reject a print job: it comes back to the queue, or the document goes on to the next agreed channel."""

from dataclasses import dataclass
from uuid import UUID

from services.delivery.domain.delivery import Delivery
from services.delivery.domain.machine import Terms, after
from services.delivery.domain.outcome import Deferred, Outcome, Refused
from services.delivery.domain.print_job import PrintJob
from services.delivery.store import deliveries, print_jobs
from services.delivery.usecases.hold_print_job import hold_print_job
from services.delivery.usecases.settle import Result, settle
from shared.db.database import UnitOfWork


@dataclass(frozen=True)
class Rejection:
    """Why a letter was not posted. `retryable`: the same letter may well be printed later, or by another."""

    token: str
    code: str
    reason: str
    retryable: bool


async def reject_print_job(work: UnitOfWork, print_job_id: UUID, rejection: Rejection, terms: Terms) -> PrintJob:
    """The job as it stands afterwards; rejected too often it is closed too. Raises PrintJobUnknown or StaleToken."""
    job = await hold_print_job(work, print_job_id, rejection.token)
    delivery = await deliveries.lock(work.session, job.client_id, job.delivery_id)
    assert delivery is not None
    outcome = _outcome(rejection)
    goes_back = _stays_in_print(work, delivery, outcome, terms)
    put_aside = print_jobs.put_back if goes_back else print_jobs.close_rejected
    rejected = await put_aside(work.session, job, rejection.code, rejection.reason)
    await settle(work, [Result(delivery, outcome, job.claim_no)], terms, ("in_print",))
    return rejected


def _outcome(rejection: Rejection) -> Outcome:
    text = f"print shop: {rejection.code}: {rejection.reason}"
    return Deferred(text, "print") if rejection.retryable else Refused(text, "print")


def _stays_in_print(work: UnitOfWork, delivery: Delivery, outcome: Outcome, terms: Terms) -> bool:
    return after(delivery, outcome, work.clock.now(), terms).state == "in_print"
