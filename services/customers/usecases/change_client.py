"""Change a client's details."""

from uuid import UUID

from services.customers.domain.client import Client, NewClient, checked_client
from services.customers.domain.customer import check_number_fits
from services.customers.events import client_changed
from services.customers.store import clients, customers
from shared.db.database import UnitOfWork


async def change_client(work: UnitOfWork, client_id: UUID, changes: NewClient, expected: frozenset[int]) -> Client:
    """The client after the change. `expected` are the versions that the caller may have read.

    Raises ClientNotFound, StaleVersion, Refused, CustomerNumberTooLong.
    """
    # The counter is locked first, as at registration: the KID must not get shorter while a number is being assigned.
    await customers.lock_counter(work.session, client_id)
    before = await clients.get(work.session, client_id, lock=True)
    after = before.changed(checked_client(changes), expected)
    if after is before:
        return before
    highest = await customers.highest_number(work.session, client_id)
    if highest and after.details.kid != before.details.kid:
        check_number_fits(highest, after.details.kid, pointer="/kid/length")
    await clients.save(work.session, after)
    work.emit(client_changed(after))
    return after
