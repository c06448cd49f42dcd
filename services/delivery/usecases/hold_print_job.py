"""A claim in force: the one check that every call with a token goes through."""

from uuid import UUID

from services.delivery.domain.print_job import PrintJob
from services.delivery.errors import PrintJobUnknown, StaleToken
from services.delivery.store import print_jobs
from shared.db.database import UnitOfWork


async def lock_print_job(work: UnitOfWork, print_job_id: UUID) -> PrintJob:
    """The job, locked for this transaction; raises PrintJobUnknown."""
    job = await print_jobs.lock(work.session, print_job_id)
    if job is None:
        raise PrintJobUnknown(print_job_id=print_job_id)
    return job


async def hold_print_job(work: UnitOfWork, print_job_id: UUID, token: str) -> PrintJob:
    """The job, locked, held by this token; raises PrintJobUnknown or StaleToken."""
    job = await lock_print_job(work, print_job_id)
    if not job.held_by(token):
        raise stale(job)
    return job


def stale(job: PrintJob) -> StaleToken:
    state = "expired" if job.state == "claimed" and job.expired else job.state
    return StaleToken(pointer="/token", state=state, claim_no=job.claim_no)
