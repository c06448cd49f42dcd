"""Revoke an API key, for good."""

from uuid import UUID

from services.customers.domain.errors import KeyInUse
from services.customers.store import keys
from services.customers.usecases.end_key import end_key
from shared.db.database import UnitOfWork


async def revoke_key(work: UnitOfWork, client_id: UUID | None, key_id: UUID, *, by: UUID) -> None:
    """Revoke a key of this client or, with None, of the bureau and the print shops. Repeating it changes nothing.

    Raises ApiKeyNotFound, and KeyInUse when `by`, the key that the call is made with, is the key itself: its holder
    could be locked out.
    """
    if key_id == by:
        raise KeyInUse(key_id=key_id)
    key = await keys.lock(work.session, client_id, key_id)
    if key.active:
        await end_key(work, key)
    else:
        work.unchanged()
