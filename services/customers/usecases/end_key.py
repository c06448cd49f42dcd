"""End an active API key."""

from services.customers.domain.api_key import ApiKey
from services.customers.events import key_change
from services.customers.store import keys
from services.customers.usecases.publish_key import publish_key
from shared.db.database import UnitOfWork


async def end_key(work: UnitOfWork, key: ApiKey) -> None:
    """Revoke a locked, active key, and publish that."""
    revoked = key.revoked(work.clock.now())
    await keys.save_revoked(work.session, revoked)
    await publish_key(work, revoked)
    work.changed(key_change(key, revoked))
