"""Customers, and the counter of their numbers."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.customers.domain.customer import Customer, CustomerDetails
from services.customers.domain.errors import ClientNotFound, CustomerNotFound
from services.customers.store.addresses import address_columns, address_of
from services.customers.tables import CustomerCounterRow, CustomerRow
from shared.db.sql import run
from shared.http.paging import PageRequest
from shared.text_nb import sort_key
from shared.values import Channel, Language

SortOrder = Literal["id", "name"]

# Fixed at registration, so updates leave them out.
_FIXED = frozenset({"customer_id", "client_id", "customer_number", "registered_at"})


@dataclass(frozen=True)
class CustomerQuery:
    """Which customers, and in what order: `id` is that of registration, `name` that of the Norwegian alphabet."""

    name_prefix: str | None = None
    external_id: str | None = None
    sort: SortOrder = "id"


async def get(session: AsyncSession, client_id: UUID, customer_id: UUID, *, lock: bool = False) -> Customer:
    """Raises CustomerNotFound. With `lock`, the row is locked until the transaction ends."""
    query = select(CustomerRow).where(CustomerRow.client_id == client_id, CustomerRow.customer_id == customer_id)
    query = query.execution_options(populate_existing=True)
    row = (await session.exec(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise CustomerNotFound(customer_id=customer_id)
    return _customer(row)


async def fetch_page(session: AsyncSession, client_id: UUID, query: CustomerQuery, page: PageRequest) -> list[Customer]:
    """At most `page.limit + 1` customers."""
    statement = select(CustomerRow).where(CustomerRow.client_id == client_id).limit(page.limit + 1)
    if query.name_prefix is not None:
        statement = statement.where(col(CustomerRow.sort_key).startswith(sort_key(query.name_prefix), autoescape=True))
    if query.external_id is not None:
        statement = statement.where(CustomerRow.external_id == query.external_id)
    columns = _sort_columns(query.sort)
    if page.after is not None:
        statement = statement.where(sa.tuple_(*columns) > _sort_values(client_id, page.after, query.sort))
    return [_customer(row) for row in (await session.exec(statement.order_by(*columns))).all()]


async def lock_counter(session: AsyncSession, client_id: UUID) -> int:
    """The next number to assign; the counter is locked until the transaction ends. Raises ClientNotFound."""
    counter = select(CustomerCounterRow.next_number).where(CustomerCounterRow.client_id == client_id)
    next_number = (await session.exec(counter.with_for_update())).one_or_none()
    if next_number is None:
        raise ClientNotFound(client_id=client_id)
    return next_number


async def first_free_number(session: AsyncSession, client_id: UUID, at_least: int) -> int:
    """The first number from `at_least` on that is not taken. The counter must be locked."""
    return int((await run(session, _FIRST_FREE, client_id=client_id, at_least=at_least)).scalar_one())


async def move_counter(session: AsyncSession, client_id: UUID, next_number: int) -> None:
    counter = sa.update(CustomerCounterRow).where(col(CustomerCounterRow.client_id) == client_id)
    await run(session, counter.values(next_number=next_number))


async def highest_number(session: AsyncSession, client_id: UUID) -> int:
    """0 when the client has no customers."""
    query = select(sa.func.max(CustomerRow.customer_number)).where(CustomerRow.client_id == client_id)
    return (await session.exec(query)).one() or 0


async def add(session: AsyncSession, customer: Customer) -> bool:
    """False when its number or external id is taken."""
    insert = postgresql.insert(CustomerRow).values(**_columns(customer)).on_conflict_do_nothing()
    return (await run(session, insert.returning(col(CustomerRow.customer_id)))).first() is not None


async def with_external_id(session: AsyncSession, client_id: UUID, external_id: str | None) -> Customer | None:
    """None also when `external_id` is None."""
    if external_id is None:
        return None
    query = select(CustomerRow).where(CustomerRow.client_id == client_id, CustomerRow.external_id == external_id)
    row = (await session.exec(query)).one_or_none()
    return None if row is None else _customer(row)


async def save(session: AsyncSession, customer: Customer) -> None:
    columns = {name: value for name, value in _columns(customer).items() if name not in _FIXED}
    own_row = (col(CustomerRow.client_id) == customer.client_id, col(CustomerRow.customer_id) == customer.customer_id)
    await run(session, sa.update(CustomerRow).where(*own_row).values(**columns))


_FIRST_FREE = sa.text(
    """
    select case
        when not exists (select 1 from customer where client_id = :client_id and customer_number = :at_least)
        then :at_least
        else (
            select min(c.customer_number) + 1 from customer c
            where c.client_id = :client_id and c.customer_number >= :at_least and not exists (
                select 1 from customer d where d.client_id = c.client_id and d.customer_number = c.customer_number + 1))
        end
    """
).bindparams(sa.bindparam("at_least", type_=sa.BigInteger))


def _sort_columns(sort: SortOrder) -> list[Any]:
    """The columns that the list is sorted by; the id decides between equal names."""
    customer_id = col(CustomerRow.customer_id)
    return [col(CustomerRow.sort_key), customer_id] if sort == "name" else [customer_id]


def _sort_values(client_id: UUID, customer_id: UUID, sort: SortOrder) -> Any:
    """The values of the sort columns for the customer of a cursor."""
    if sort == "id":
        return sa.tuple_(sa.literal(customer_id))
    own_row = (col(CustomerRow.client_id) == client_id, col(CustomerRow.customer_id) == customer_id)
    return sa.select(*_sort_columns(sort)).where(*own_row).scalar_subquery()


def _columns(customer: Customer) -> dict[str, Any]:
    columns = asdict(customer.details) | address_columns(customer.details.address)
    del columns["address"]
    return columns | {
        "customer_id": customer.customer_id,
        "client_id": customer.client_id,
        "version": customer.version,
        "customer_number": customer.customer_number,
        "external_id": customer.external_id,
        "sort_key": sort_key(customer.details.name),
        "channels": list(customer.details.channels),
        "registered_at": customer.registered_at,
    }


def _customer(row: CustomerRow) -> Customer:
    return Customer(
        customer_id=row.customer_id,
        client_id=row.client_id,
        version=row.version,
        customer_number=row.customer_number,
        details=_details(row),
        external_id=row.external_id,
        registered_at=row.registered_at,
    )


def _details(row: CustomerRow) -> CustomerDetails:
    """The casts rely on the CHECK constraints of the table and on the domain, which checks before."""
    return CustomerDetails(
        is_business=row.is_business,
        name=row.name,
        address=address_of(row),
        channels=cast(tuple[Channel, ...], tuple(row.channels)),
        orgnr=row.orgnr,
        email=row.email,
        language=cast(Language, row.language),
        payment_terms_days=row.payment_terms_days,
        active=row.active,
    )
