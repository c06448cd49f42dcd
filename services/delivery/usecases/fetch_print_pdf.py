"""Fetch the PDF of a claimed job. From here on it may have been printed, and a lapsed claim says so."""

from uuid import UUID

from services.delivery.domain.print_job import PrintJob
from services.delivery.store import print_jobs
from services.delivery.usecases.hold_print_job import hold_print_job
from shared.db.database import UnitOfWork


async def fetch_print_pdf(work: UnitOfWork, print_job_id: UUID, token: str) -> PrintJob:
    """The job whose file may be given out; raises PrintJobUnknown or StaleToken."""
    job = await hold_print_job(work, print_job_id, token)
    await print_jobs.mark_fetched(work.session, job)
    return job
