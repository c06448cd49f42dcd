"""Renew a claim that is still in force, up to a maximum age."""

from dataclasses import dataclass
from uuid import UUID

from services.delivery.domain.print_job import PrintJob
from services.delivery.domain.print_shop import Shop
from services.delivery.events import print_job_change
from services.delivery.store import print_jobs
from shared.db.database import UnitOfWork


@dataclass(frozen=True)
class PrintRenewal:
    """The print shop's wish to keep a claim for `lease_s` seconds from now, at most `max_s` after the claim."""

    token: str
    lease_s: float
    max_s: float


async def renew_print_job(work: UnitOfWork, shop: Shop, print_job_id: UUID, renewal: PrintRenewal) -> PrintJob:
    """The job with its new lease, never shorter than before. Raises PrintJobNotFound and StaleToken."""
    job = await print_jobs.lock(work.session, print_job_id, shop)
    job.require_held_by(renewal.token)
    renewed = await print_jobs.renew(work.session, job, renewal.lease_s, renewal.max_s)
    work.changed(print_job_change(job, renewed))
    return renewed
