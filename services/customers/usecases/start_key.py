"""Let a new API key work."""

from services.customers.domain.api_key import ApiKey
from services.customers.events import key_change
from services.customers.store import keys
from services.customers.usecases.publish_key import publish_key
from shared.db.database import UnitOfWork


async def start_key(work: UnitOfWork, key: ApiKey) -> bool:
    """Store the key, and publish it; False when a key with this secret exists already."""
    if not await keys.add(work.session, key):
        return False
    await publish_key(work, key)
    work.changed(key_change(None, key))
    return True
