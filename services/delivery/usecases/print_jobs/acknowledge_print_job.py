"""Acknowledge a print job: the letter was handed to the post."""

from dataclasses import dataclass
from uuid import UUID

from services.delivery.domain.errors import WrongHash, WrongSheets
from services.delivery.domain.machine import Terms
from services.delivery.domain.outcome import Accepted
from services.delivery.domain.print_job import PrintJob
from services.delivery.domain.print_shop import Shop
from services.delivery.events import print_job_change
from services.delivery.store import deliveries, print_jobs
from services.delivery.usecases.deliveries.settle import Result, settle
from shared.db.database import UnitOfWork


@dataclass(frozen=True)
class PrintReceipt:
    """The print shop's report on the letter that it posted."""

    token: str
    sha256: str
    sheets: int


async def acknowledge_print_job(
    work: UnitOfWork, shop: Shop, print_job_id: UUID, receipt: PrintReceipt, terms: Terms
) -> PrintJob:
    """The posted job. The same receipt again changes nothing.

    Raises PrintJobNotFound, StaleToken when the claim is not in force, WrongHash and WrongSheets.
    """
    job = await print_jobs.lock(work.session, print_job_id, shop)
    repeated = job.state == "posted" and job.is_newest(receipt.token)
    if not repeated:
        job.require_held_by(receipt.token)
    _compare(job, receipt)
    if repeated:
        work.unchanged()
        return job
    posted = await _post(work, job, terms)
    work.changed(print_job_change(job, posted))
    return posted


def _compare(job: PrintJob, receipt: PrintReceipt) -> None:
    if receipt.sha256 != job.sha256:
        raise WrongHash(pointer="/sha256", expected=job.sha256)
    if receipt.sheets != job.sheets:
        raise WrongSheets(pointer="/sheets", expected=job.sheets, sheets=receipt.sheets)


async def _post(work: UnitOfWork, job: PrintJob, terms: Terms) -> PrintJob:
    posted = await print_jobs.mark_posted(work.session, job, job.sha256, work.clock.now())
    delivery = await deliveries.lock(work.session, job.client_id, job.delivery_id)
    receipt = f"print job {job.print_job_id}, claim {job.claim_no}: {job.sheets} sheets handed to the post"
    await settle(work, [Result(delivery, Accepted(receipt, "print"), job.claim_no)], terms, ("in_print",))
    return posted
