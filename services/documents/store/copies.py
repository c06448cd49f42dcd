"""This service's copies of clients and customers: full snapshots by version, an older one never replacing a newer."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.documents.domain.errors import ClientNotKnown, CustomerNotKnown
from shared.contracts.customers import ClientChanged, CustomerChanged
from shared.db.sql import run

_KEEP_CLIENTS = sa.text(
    """
    insert into client_copy (client_id, version, snapshot)
    select (told->>'client_id')::uuid, (told->>'version')::int, told from unnest(cast(:told as jsonb[])) as told
    on conflict (client_id) do update set version = excluded.version, snapshot = excluded.snapshot
    where client_copy.version < excluded.version
    """
)
_KEEP_CUSTOMERS = sa.text(
    """
    insert into customer_copy (client_id, customer_id, version, snapshot)
    select (told->>'client_id')::uuid, (told->>'customer_id')::uuid, (told->>'version')::int, told
    from unnest(cast(:told as jsonb[])) as told
    on conflict (client_id, customer_id) do update set version = excluded.version, snapshot = excluded.snapshot
    where customer_copy.version < excluded.version
    """
)
_CLIENT = sa.text("select snapshot::text from client_copy where client_id = :client_id")
_CUSTOMERS = sa.text(
    "select snapshot::text from customer_copy where client_id = :client_id and customer_id = any(cast(:ids as uuid[]))"
)


async def keep_clients(session: AsyncSession, told: Sequence[ClientChanged]) -> None:
    newest = {event.client_id: event for event in sorted(told, key=lambda event: event.version)}
    await _keep(session, _KEEP_CLIENTS, list(newest.values()))


async def keep_customers(session: AsyncSession, told: Sequence[CustomerChanged]) -> None:
    newest = {(event.client_id, event.customer_id): event for event in sorted(told, key=lambda event: event.version)}
    await _keep(session, _KEEP_CUSTOMERS, list(newest.values()))


async def client(session: AsyncSession, client_id: UUID) -> ClientChanged:
    """The copy of a client; ClientNotKnown when no fact of it has come yet."""
    snapshot = (await run(session, _CLIENT, client_id=client_id)).scalar()
    if snapshot is None:
        raise ClientNotKnown(client_id=client_id)
    return ClientChanged.model_validate_json(snapshot)


async def customers(session: AsyncSession, client_id: UUID, ids: Sequence[UUID]) -> dict[UUID, CustomerChanged]:
    """The copies of these customers by id; CustomerNotKnown for the first that is not here."""
    snapshots = (await run(session, _CUSTOMERS, client_id=client_id, ids=sorted(set(ids)))).scalars()
    found = [CustomerChanged.model_validate_json(snapshot) for snapshot in snapshots]
    by_id = {customer.customer_id: customer for customer in found}
    for identity in ids:
        if identity not in by_id:
            raise CustomerNotKnown(pointer="/customer_id", customer_id=identity)
    return by_id


async def _keep(
    session: AsyncSession, statement: sa.TextClause, told: Sequence[ClientChanged | CustomerChanged]
) -> None:
    # In one order everywhere: two batches that meet wait for each other instead of locking crosswise.
    ordered = sorted(told, key=lambda event: event.subject())
    await run(session, statement, told=[event.model_dump_json() for event in ordered])
