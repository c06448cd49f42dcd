"""Fetch the PDF of a claimed job. From here on it may have been printed; if the claim expires, the next one says so."""

from uuid import UUID

from services.delivery.domain.print_job import PrintJob
from services.delivery.domain.print_shop import Shop
from services.delivery.events import print_job_change
from services.delivery.store import print_jobs
from shared.db.database import UnitOfWork


async def fetch_print_pdf(work: UnitOfWork, shop: Shop, print_job_id: UUID, token: str) -> PrintJob:
    """The job whose file may be given out. Raises PrintJobNotFound and StaleToken."""
    job = await print_jobs.lock(work.session, print_job_id, shop)
    job.require_held_by(token)
    await print_jobs.mark_fetched(work.session, job)
    work.changed(print_job_change(job, job))
    return job
