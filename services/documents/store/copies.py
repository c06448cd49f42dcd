"""This service's copies of clients and customers. A snapshot replaces an older one, never a newer."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.documents.domain.errors import ClientNotYetKnown, CustomerNotYetKnown
from services.documents.domain.parties import Client, Customer
from shared.batches import first_by_key
from shared.db.sql import run

Snapshot = TypeVar("Snapshot", Client, Customer)


def _keep_newest(table: str, *keys: str) -> sa.TextClause:
    """Reads `:snapshots`, the values as JSON; at most one for each key."""
    columns, values = ", ".join(keys), ", ".join(f"(snapshot->>'{key}')::uuid" for key in keys)
    return sa.text(
        f"""
        insert into {table} ({columns}, version, snapshot)
        select {values}, (snapshot->>'version')::int, snapshot from unnest(cast(:snapshots as jsonb[])) as snapshot
        on conflict ({columns}) do update set version = excluded.version, snapshot = excluded.snapshot
        where {table}.version < excluded.version
        """  # noqa: S608  # names of our own tables and columns
    )


_KEEP_CLIENTS = _keep_newest("client_copy", "client_id")
_KEEP_CUSTOMERS = _keep_newest("customer_copy", "client_id", "customer_id")
_CLIENT = sa.text("select snapshot::text from client_copy where client_id = :client_id")
_CUSTOMERS = sa.text(
    "select snapshot::text from customer_copy where client_id = :client_id and customer_id = any(cast(:ids as uuid[]))"
)


async def keep_clients(session: AsyncSession, clients: Sequence[Client]) -> None:
    await run(session, _KEEP_CLIENTS, snapshots=_newest(clients, lambda client: client.client_id))


async def keep_customers(session: AsyncSession, customers: Sequence[Customer]) -> None:
    snapshots = _newest(customers, lambda customer: (customer.client_id, customer.customer_id))
    await run(session, _KEEP_CUSTOMERS, snapshots=snapshots)


async def client(session: AsyncSession, client_id: UUID) -> Client:
    """The copy of a client; ClientNotYetKnown when no event about it has come."""
    snapshot = (await run(session, _CLIENT, client_id=client_id)).scalar()
    if snapshot is None:
        raise ClientNotYetKnown(client_id=client_id)
    return Client.model_validate_json(snapshot)


async def customers(session: AsyncSession, client_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Customer]:
    """The copies of these customers by id; CustomerNotYetKnown for the first that is not here."""
    snapshots = (await run(session, _CUSTOMERS, client_id=client_id, ids=sorted(set(ids)))).scalars()
    known = {customer.customer_id: customer for customer in map(Customer.model_validate_json, snapshots)}
    for customer_id in ids:
        if customer_id not in known:
            raise CustomerNotYetKnown(pointer="/customer_id", customer_id=customer_id)
    return known


def _newest(snapshots: Sequence[Snapshot], key: Callable[[Snapshot], Any]) -> list[str]:
    """The newest of each key as JSON, in one order everywhere: two batches that meet must not lock crosswise."""
    newest = first_by_key(sorted(snapshots, key=lambda snapshot: snapshot.version, reverse=True), key)
    return [newest[identity].model_dump_json() for identity in sorted(newest)]
