"""Publish an API key, and let this service check calls against it at once."""

from services.customers.domain.api_key import ApiKey
from services.customers.events import api_key_changed
from shared.db.database import UnitOfWork
from shared.http.auth import keep_key


async def publish_key(work: UnitOfWork, key: ApiKey) -> None:
    """Every service checks calls against a copy of the keys. This one updates its copy in the same transaction."""
    event = api_key_changed(key)
    await keep_key(work, event)
    work.emit(event)
