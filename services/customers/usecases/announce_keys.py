"""Announce what the other services must know of the keys: without such news they refuse keys after a while."""

from services.customers.events import api_keys_current
from services.customers.store import keys
from shared.db.database import UnitOfWork


async def announce_keys(work: UnitOfWork) -> None:
    """Several copies of the service announce more often than one, which does no harm."""
    work.emit(api_keys_current(await keys.changes(work.session)))
