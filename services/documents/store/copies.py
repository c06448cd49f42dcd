"""This service's copies of clients and customers. A snapshot replaces an older one, never a newer."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.documents.domain.errors import ClientNotYetKnown, CustomerNotFound, CustomerNotYetKnown
from services.documents.domain.parties import Client, Customer
from shared.db.snapshots import upsert_newer
from shared.db.sql import run, run_many
from shared.ids import is_for

_KEEP_CLIENT = upsert_newer("client_copy", keys=("client_id",), changing=("snapshot",))
_KEEP_CUSTOMER = upsert_newer("customer_copy", keys=("client_id", "customer_id"), changing=("snapshot",))
_CLIENT = sa.text("select snapshot::text from client_copy where client_id = :client_id")
_CUSTOMERS = sa.text(
    "select snapshot::text from customer_copy where client_id = :client_id and customer_id = any(cast(:ids as uuid[]))"
)


async def keep_clients(session: AsyncSession, clients: Sequence[Client]) -> None:
    rows = [
        {"client_id": client.client_id, "version": client.version, "snapshot": client.model_dump_json()}
        for client in sorted(clients, key=lambda client: client.client_id)
    ]
    await run_many(session, _KEEP_CLIENT, rows)


async def keep_customers(session: AsyncSession, customers: Sequence[Customer]) -> None:
    rows = [
        {
            "client_id": customer.client_id,
            "customer_id": customer.customer_id,
            "version": customer.version,
            "snapshot": customer.model_dump_json(),
        }
        for customer in sorted(customers, key=lambda customer: (customer.client_id, customer.customer_id))
    ]
    await run_many(session, _KEEP_CUSTOMER, rows)


async def client(session: AsyncSession, client_id: UUID) -> Client:
    """The copy of a client; ClientNotYetKnown when no event about it has come."""
    snapshot = (await run(session, _CLIENT, client_id=client_id)).scalar()
    if snapshot is None:
        raise ClientNotYetKnown(client_id=client_id)
    return Client.model_validate_json(snapshot)


async def customers(session: AsyncSession, client_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Customer]:
    """The copies of these customers by id. For the first that is not here: CustomerNotYetKnown when its id was made for
    a customer of this client, else CustomerNotFound."""
    snapshots = (await run(session, _CUSTOMERS, client_id=client_id, ids=sorted(set(ids)))).scalars()
    known = {customer.customer_id: customer for customer in map(Customer.model_validate_json, snapshots)}
    for customer_id in ids:
        if customer_id not in known:
            error = CustomerNotYetKnown if is_for(customer_id, client_id) else CustomerNotFound
            raise error(pointer="/customer_id", customer_id=customer_id)
    return known
