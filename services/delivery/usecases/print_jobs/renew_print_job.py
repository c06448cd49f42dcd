"""Renew a claim that is still in force, up to a maximum age."""

from uuid import UUID

from services.delivery.domain.print_job import PrintJob
from services.delivery.store import print_jobs
from shared.db.database import UnitOfWork


async def renew_print_job(
    work: UnitOfWork, print_job_id: UUID, token: str, *, lease_s: float, max_s: float
) -> PrintJob:
    """The job with its new lease, never shorter than before. `max_s` counts from the claim.

    Raises PrintJobNotFound and StaleToken.
    """
    job = await print_jobs.lock(work.session, print_job_id)
    job.require_held_by(token)
    return await print_jobs.renew(work.session, job, lease_s, max_s)
