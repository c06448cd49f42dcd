"""Change a client's details."""

from dataclasses import dataclass
from uuid import UUID

from services.customers.domain.client import Client, NewClient, checked_client
from services.customers.domain.customer import check_number_fits
from services.customers.events import client_change, client_changed
from services.customers.store import clients, customers, keys
from services.customers.usecases.end_key import end_key
from services.customers.usecases.request_account import request_account
from shared.approvals import Approval, Requested
from shared.db.database import UnitOfWork


@dataclass(frozen=True)
class ClientChange:
    """`expected` are the versions that the caller may have read."""

    client_id: UUID
    changes: NewClient
    expected: frozenset[int]
    requested: Requested


async def change_client(work: UnitOfWork, change: ClientChange) -> Client | Approval:
    """The client after the change; or, when its account would change, what a second person must approve first.

    A client that becomes inactive loses its keys in the same transaction.

    Raises ClientNotFound, StaleVersion, Refused, CustomerNumberTooLong, BankAccountInUse, AccountChangedAlone,
    KeyWithoutHolder.
    """
    client_id = change.client_id
    # The counter is locked first, as at registration: the KID must not get shorter while a number is being assigned.
    await customers.lock_counter(work.session, client_id)
    before = await clients.get(work.session, client_id, lock=True)
    after = before.changed(checked_client(change.changes), change.expected)
    if after is before:
        work.unchanged()
        return before
    highest = await customers.highest_number(work.session, client_id)
    if highest and after.details.kid != before.details.kid:
        check_number_fits(highest, after.details.kid, pointer="/kid/length")
    if after.details.bank_account != before.details.bank_account:
        return await request_account(work, before, after, change.requested)
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
