"""Keep this service's copy of the customers."""

from collections.abc import Sequence

from services.documents.store import copies
from shared.contracts.customers import CustomerChanged
from shared.db.database import UnitOfWork


async def keep_customers(work: UnitOfWork, told: Sequence[CustomerChanged]) -> None:
    """Keep the newest snapshot of each customer; an older one never replaces it."""
    await copies.keep_customers(work.session, told)
