"""Take a key out of use, for good."""

from uuid import UUID

from services.customers.domain.errors import KeyInUse
from services.customers.events import api_key_changed
from services.customers.store import keys
from shared.db.database import UnitOfWork
from shared.http.auth import keep_key


async def revoke_key(work: UnitOfWork, client_id: UUID | None, key_id: UUID, *, by: UUID) -> None:
    """Revoke a key of this client, or (None) one of the bureau and the print shops. Again changes nothing.

    Raises UnknownKey; KeyInUse when the key `by` which the call is made would lock its holder out.
    """
    if key_id == by:
        raise KeyInUse(key_id=key_id)
    key = await keys.lock(work.session, client_id, key_id)
    if not key.active:
        return
    revoked = key.revoked(work.clock.now())
    await keys.save_revoked(work.session, revoked)
    event = api_key_changed(revoked)
    await keep_key(work, event)
    work.emit(event)
