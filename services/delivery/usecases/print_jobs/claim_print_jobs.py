"""Claim print jobs: the oldest free ones, for a while, each with a token that is valid for this claim alone."""

from uuid import UUID

from services.delivery.domain.print_job import PrintJob
from services.delivery.store import print_jobs
from services.delivery.usecases.print_jobs.expire_print_leases import expire_print_leases
from shared.db.database import UnitOfWork


async def claim_print_jobs(work: UnitOfWork, key_id: UUID, *, limit: int, lease_s: float) -> list[PrintJob]:
    """At most `limit`; none when the queue is empty. Expired claims of others are offered at once."""
    await expire_print_leases(work)
    return await print_jobs.claim(work.session, limit, lease_s, key_id)
