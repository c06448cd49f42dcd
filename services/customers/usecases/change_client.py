"""Change what is registered of a client."""

from uuid import UUID

from services.customers.domain.client import Client, NewClient, checked_client
from services.customers.domain.customer import check_number_fits
from services.customers.events import client_changed
from services.customers.store import clients, customers
from shared.db.database import UnitOfWork


async def change_client(work: UnitOfWork, client_id: UUID, told: NewClient, expected: frozenset[int]) -> Client:
    """The client as it now stands. Raises UnknownClient, StaleVersion, Refused, CustomerNumberTooLong."""
    # The counter first, as when a customer is registered: a KID agreement may not shrink under a number being given.
    await customers.lock_counter(work.session, client_id)
    before = await clients.get(work.session, client_id, lock=True)
    after = before.changed(checked_client(told), expected)
    if after is before:
        return before
    highest = await customers.highest_number(work.session, client_id)
    if highest and after.details.kid != before.details.kid:
        check_number_fits(highest, after.details.kid, pointer="/kid/length")
    await clients.save(work.session, after)
    work.emit(client_changed(after))
    return after
