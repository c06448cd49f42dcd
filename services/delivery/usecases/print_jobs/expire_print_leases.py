"""Expire the leases of print jobs: a letter that was not reported in time is offered again."""

from services.delivery.domain.channels import PRINT
from services.delivery.domain.print_job import PrintJob
from services.delivery.store import attempts, print_jobs
from services.delivery.store.attempts import Attempt
from shared.db.database import UnitOfWork


async def expire_print_leases(work: UnitOfWork) -> int:
    """How many."""
    expired = await print_jobs.requeue_expired(work.session)
    await attempts.record(work.session, [_attempt(work, job) for job in expired])
    return len(expired)


def _attempt(work: UnitOfWork, job: PrintJob) -> Attempt:
    suspicion = "; the PDF was fetched, it may have been printed" if job.maybe_printed else ""
    return Attempt(
        client_id=job.client_id,
        delivery_id=job.delivery_id,
        attempt=job.claim_no,
        channel=PRINT,
        outcome="unknown",
        phase="print",
        text=f"claim {job.claim_no} was not reported before its lease was over{suspicion}",
        at=work.clock.now(),
    )
