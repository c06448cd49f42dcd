"""Reject a print job: it returns to the queue, or the document goes on to the next agreed channel."""

from dataclasses import dataclass
from uuid import UUID

from services.delivery.domain.machine import Terms, after
from services.delivery.domain.outcome import Deferred, Outcome, Rejected
from services.delivery.domain.print_job import PrintJob
from services.delivery.domain.print_shop import Shop
from services.delivery.events import print_job_change
from services.delivery.store import deliveries, print_jobs
from services.delivery.usecases.deliveries.settle import Result, settle
from shared.db.database import UnitOfWork


@dataclass(frozen=True)
class PrintRejection:
    """Why a letter was not posted. `retryable`: the same letter may be printed later, or by another print shop."""

    token: str
    code: str
    reason: str
    retryable: bool


async def reject_print_job(
    work: UnitOfWork, shop: Shop, print_job_id: UUID, rejection: PrintRejection, terms: Terms
) -> PrintJob:
    """The job afterwards; one that was rejected too often is closed even when retryable.

    Raises PrintJobNotFound and StaleToken.
    """
    job = await print_jobs.lock(work.session, print_job_id, shop)
    job.require_held_by(rejection.token)
    delivery = await deliveries.lock(work.session, job.client_id, job.delivery_id)
    outcome = _outcome(rejection)
    stays_in_print = after(delivery, outcome, work.clock.now(), terms).state == "in_print"
    update = print_jobs.put_back if stays_in_print else print_jobs.close_rejected
    rejected = await update(work.session, job, rejection.code, rejection.reason)
    await settle(work, [Result(delivery, outcome, job.claim_no)], terms, ("in_print",))
    work.changed(print_job_change(job, rejected))
    return rejected


def _outcome(rejection: PrintRejection) -> Outcome:
    text = f"print shop: {rejection.code}: {rejection.reason}"
    return Deferred(text, "print") if rejection.retryable else Rejected(text, "print")
