"""Claim print jobs: the shop's oldest free ones, for a while, each with a token that is valid for this claim alone."""

from uuid import UUID

from services.delivery.domain.print_job import PrintJob
from services.delivery.domain.print_shop import Shop
from services.delivery.events import print_job_change
from services.delivery.store import print_jobs
from services.delivery.usecases.print_jobs.expire_print_leases import expire_print_leases
from shared.db.database import UnitOfWork


async def claim_print_jobs(work: UnitOfWork, shop: Shop, key_id: UUID, *, limit: int, lease_s: float) -> list[PrintJob]:
    """At most `limit` of the shop's; none when nothing waits for it. Expired claims of others are offered at once."""
    await expire_print_leases(work)
    claimed = await print_jobs.claim(work.session, shop, key_id, limit=limit, lease_s=lease_s)
    work.changed(*(print_job_change(None, job) for job in claimed))
    return claimed
