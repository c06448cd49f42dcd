"""Issue a key that works for one client."""

from uuid import UUID

from services.customers.domain.api_key import IssuedKey, NewKey
from services.customers.store import clients
from services.customers.usecases.issue_key import issue_key
from shared.db.database import UnitOfWork


async def issue_client_key(work: UnitOfWork, client_id: UUID, new_key: NewKey) -> IssuedKey:
    """Raises ClientNotFound, ClientInactive, Refused."""
    # Locked, so that the client cannot become inactive, and lose its keys, while one is being issued.
    client = await clients.get(work.session, client_id, lock=True)
    client.check_active()
    return await issue_key(work, new_key)
