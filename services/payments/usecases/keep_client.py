"""Keep the copy of a client: its account, and how KIDs to it are checked."""

from services.payments.store import clients
from shared.contracts.customers import ClientChanged
from shared.db.database import UnitOfWork


async def keep_client(work: UnitOfWork, client: ClientChanged) -> None:
    """Idempotent and free of order: a late snapshot never replaces a newer one."""
    await clients.keep(work.session, client)
