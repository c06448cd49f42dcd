"""Renew a claim that is still in force, up to a longest age."""

from uuid import UUID

from services.delivery.domain.print_job import PrintJob
from services.delivery.store import print_jobs
from services.delivery.usecases.hold_print_job import hold_print_job
from shared.db.database import UnitOfWork


async def renew_print_job(
    work: UnitOfWork, print_job_id: UUID, token: str, *, lease_s: float, max_s: float
) -> PrintJob:
    """The job with its new lease, never shorter than it was; `max_s` is counted from the claim."""
    job = await hold_print_job(work, print_job_id, token)
    return await print_jobs.renew(work.session, job, lease_s, max_s)
