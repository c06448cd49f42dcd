"""Change a client's details."""

from uuid import UUID

from services.customers.domain.client import Client, NewClient, checked_client
from services.customers.domain.customer import check_number_fits
from services.customers.events import client_change, client_changed
from services.customers.store import clients, customers, keys
from services.customers.usecases.end_key import end_key
from shared.db.database import UnitOfWork


async def change_client(work: UnitOfWork, client_id: UUID, changes: NewClient, expected: frozenset[int]) -> Client:
    """The client after the change. `expected` are the versions that the caller may have read.

    A client that becomes inactive loses its keys in the same transaction.

    Raises ClientNotFound, StaleVersion, Refused, CustomerNumberTooLong, BankAccountInUse.
    """
    # The counter is locked first, as at registration: the KID must not get shorter while a number is being assigned.
    await customers.lock_counter(work.session, client_id)
    before = await clients.get(work.session, client_id, lock=True)
    after = before.changed(checked_client(changes), expected)
    if after is before:
        work.changed()
        return before
    highest = await customers.highest_number(work.session, client_id)
    if highest and after.details.kid != before.details.kid:
        check_number_fits(highest, after.details.kid, pointer="/kid/length")
    await clients.save(work.session, after)
    work.emit(client_changed(after))
    work.changed(client_change(before, after))
    if before.details.active and not after.details.active:
        await _revoke_keys(work, client_id)
    return after


async def _revoke_keys(work: UnitOfWork, client_id: UUID) -> None:
    """For good: a client that comes back gets new keys."""
    for key in await keys.lock_active(work.session, client_id):
        await end_key(work, key)
