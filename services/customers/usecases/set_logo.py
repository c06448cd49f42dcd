"""Set or remove the logo on a client's documents."""

from uuid import UUID

from services.customers.domain.client import Client
from services.customers.events import client_change, client_changed
from services.customers.store import clients
from shared.db.database import UnitOfWork


async def set_logo(work: UnitOfWork, client_id: UUID, sha256: str | None) -> Client:
    """The client with the logo stored under this hash, or without one. Repeating it changes nothing.

    Raises ClientNotFound.
    """
    before = await clients.get(work.session, client_id, lock=True)
    after = before.with_logo(sha256)
    if after is before:
        work.unchanged()
        return after
    await clients.save(work.session, after)
    work.emit(client_changed(after))
    work.changed(client_change(before, after))
    return after
