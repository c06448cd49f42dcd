"""Keep this service's copy of the clients."""

from collections.abc import Sequence

from services.documents.store import copies
from shared.contracts.customers import ClientChanged
from shared.db.database import UnitOfWork


async def keep_clients(work: UnitOfWork, told: Sequence[ClientChanged]) -> None:
    """Keep the newest snapshot of each client; an older one never replaces it."""
    await copies.keep_clients(work.session, told)
