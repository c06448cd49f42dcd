"""Change a customer's details."""

from dataclasses import dataclass
from uuid import UUID

from services.customers.domain.customer import Customer, NewCustomer, checked_customer
from services.customers.domain.errors import CustomerExternalIdTaken
from services.customers.events import customer_change, customer_changed
from services.customers.store import customers
from shared.db.database import UnitOfWork


@dataclass(frozen=True)
class CustomerChange:
    """`expected` are the versions that the caller may have read."""

    customer_id: UUID
    changes: NewCustomer
    expected: frozenset[int]


async def change_customer(work: UnitOfWork, client_id: UUID, change: CustomerChange) -> Customer:
    """The customer after the change. Raises CustomerNotFound, StaleVersion, Refused, CustomerExternalIdTaken."""
    before = await customers.get(work.session, client_id, change.customer_id, lock=True)
    after = before.changed(checked_customer(change.changes), change.expected)
    if after is before:
        work.unchanged()
        return before
    if after.external_id != before.external_id:
        await _check_external_id_is_free(work, after)
    await customers.save(work.session, after)
    work.emit(customer_changed(after))
    work.changed(customer_change(before, after))
    return after


async def _check_external_id_is_free(work: UnitOfWork, customer: Customer) -> None:
    """The counter's lock keeps a concurrent registration from taking the same external id."""
    await customers.lock_counter(work.session, customer.client_id)
    other = await customers.with_external_id(work.session, customer.client_id, customer.external_id)
    if other is not None:
        raise CustomerExternalIdTaken(
            pointer="/external_id", external_id=customer.external_id, customer_id=other.customer_id
        )
