"""Expire leases: a mail whose sender went silent becomes uncertain, a letter not reported is offered again."""

from services.delivery.domain.machine import Terms
from services.delivery.domain.outcome import Unknown
from services.delivery.domain.print_job import PrintJob
from services.delivery.store import attempts, deliveries, print_jobs
from services.delivery.store.attempts import Attempt
from services.delivery.usecases.settle import Result, settle
from shared.db.database import UnitOfWork

AT_ONCE = 500


async def expire_mail_leases(work: UnitOfWork, terms: Terms) -> int:
    """Never back to `ready`: whoever held the lease may have got as far as the final dot."""
    expired = await deliveries.take_expired(work.session, AT_ONCE)
    if not expired:
        return 0
    silent = Unknown("the sender did not report before its lease was over")
    return await settle(work, [Result(delivery, silent) for delivery in expired], terms, ("sending",))


async def expire_print_leases(work: UnitOfWork) -> int:
    expired = await print_jobs.requeue_expired(work.session)
    await attempts.note(work.session, [_attempt(work, job) for job in expired])
    return len(expired)


def _attempt(work: UnitOfWork, job: PrintJob) -> Attempt:
    maybe = "; the PDF was fetched, it may have been printed" if job.maybe_printed else ""
    return Attempt(
        client_id=job.client_id,
        delivery_id=job.delivery_id,
        attempt=job.claim_no,
        channel="print",
        outcome="unknown",
        phase="print",
        text=f"claim {job.claim_no} was not reported before its lease was over{maybe}",
        at=work.clock.now(),
    )
