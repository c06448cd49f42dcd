"""Change what is registered of a customer."""

from dataclasses import dataclass
from uuid import UUID

from services.customers.domain.customer import Customer, NewCustomer, checked_customer
from services.customers.domain.errors import CustomerExternalIdTaken
from services.customers.events import customer_changed
from services.customers.store import customers
from shared.db.database import UnitOfWork


@dataclass(frozen=True)
class CustomerChange:
    """`expected` holds the versions that the caller may have seen."""

    customer_id: UUID
    told: NewCustomer
    expected: frozenset[int]


async def change_customer(work: UnitOfWork, client_id: UUID, change: CustomerChange) -> Customer:
    """The customer as it now stands. Raises UnknownCustomer, StaleVersion, Refused, CustomerExternalIdTaken."""
    before = await customers.get(work.session, client_id, change.customer_id, lock=True)
    after = before.changed(checked_customer(change.told), change.expected)
    if after is before:
        return before
    if after.external_id != before.external_id:
        await _claim_external_id(work, after)
    await customers.save(work.session, after)
    work.emit(customer_changed(after))
    return after


async def _claim_external_id(work: UnitOfWork, customer: Customer) -> None:
    """Registration gives out external ids too: the counter's lock keeps both from giving out the same one."""
    await customers.lock_counter(work.session, customer.client_id)
    other = await customers.with_external_id(work.session, customer.client_id, customer.external_id)
    if other is not None:
        raise CustomerExternalIdTaken(
            pointer="/external_id", external_id=customer.external_id, customer_id=other.customer_id
        )
