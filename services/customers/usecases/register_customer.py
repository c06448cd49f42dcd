"""Register a customer of a client."""

from uuid import UUID

from services.customers.domain.client import Client
from services.customers.domain.customer import Customer, NewCustomer, check_number_fits, checked_customer
from services.customers.domain.errors import CustomerExternalIdTaken, CustomerNumberTaken
from services.customers.events import customer_change, customer_changed
from services.customers.store import clients, customers
from shared.db.database import UnitOfWork
from shared.ids import new_id_for
from shared.problems import DomainError


async def register_customer(work: UnitOfWork, client_id: UUID, new_customer: NewCustomer) -> Customer:
    """The customer in its first version, with the given number or the client's next free one.

    Raises Refused, ClientNotFound, ClientInactive, CustomerNumberTaken, CustomerNumberTooLong, CustomerExternalIdTaken.
    """
    checked = checked_customer(new_customer)
    next_number = await customers.lock_counter(work.session, client_id)
    client = await clients.get(work.session, client_id)
    number = checked.customer_number or await customers.first_free_number(work.session, client_id, next_number)
    customer = _customer(work, client, number, checked)
    if not await customers.add(work.session, customer):
        raise await _taken(work, customer)
    if checked.customer_number is None:
        await customers.move_counter(work.session, client_id, number + 1)
    work.emit(customer_changed(customer))
    work.changed(customer_change(None, customer))
    return customer


def _customer(work: UnitOfWork, client: Client, number: int, checked: NewCustomer) -> Customer:
    client.check_active()
    check_number_fits(number, client.details.kid, pointer="/customer_number")
    return Customer(
        customer_id=new_id_for(client.client_id),
        client_id=client.client_id,
        version=1,
        customer_number=number,
        details=checked.details,
        external_id=checked.external_id,
        registered_at=work.clock.now(),
    )


async def _taken(work: UnitOfWork, customer: Customer) -> DomainError:
    external_id = customer.external_id
    other = await customers.with_external_id(work.session, customer.client_id, external_id)
    if other is None:
        return CustomerNumberTaken(pointer="/customer_number", customer_number=customer.customer_number)
    return CustomerExternalIdTaken(pointer="/external_id", external_id=external_id, customer_id=other.customer_id)
