"""Customers in the database, and the counter of their numbers."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.customers.domain.customer import Customer, CustomerDetails
from services.customers.domain.errors import UnknownClient, UnknownCustomer
from services.customers.tables import CustomerCounterRow, CustomerRow
from shared.contracts.values import PostalAddress
from shared.db.sql import run
from shared.http.paging import PageRequest
from shared.text_nb import sort_key
from shared.values import Channel, Language

Order = Literal["id", "name"]

# Settled at registration, so no update writes them.
_FIXED = frozenset({"customer_id", "client_id", "customer_number", "registered_at"})


@dataclass(frozen=True)
class Search:
    """Which customers are wanted, and in what order: of registration, or of their names as Norwegian sorts them."""

    name_prefix: str | None = None
    external_id: str | None = None
    order: Order = "id"


async def get(session: AsyncSession, client_id: UUID, customer_id: UUID, *, lock: bool = False) -> Customer:
    """Raises UnknownCustomer. Locked, no one else changes it before this transaction ends."""
    query = select(CustomerRow).where(CustomerRow.client_id == client_id, CustomerRow.customer_id == customer_id)
    query = query.execution_options(populate_existing=True)
    row = (await session.exec(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise UnknownCustomer(customer_id=customer_id)
    return _customer(row)


async def page(session: AsyncSession, client_id: UUID, search: Search, wanted: PageRequest) -> list[Customer]:
    """One more than the page holds."""
    query = select(CustomerRow).where(CustomerRow.client_id == client_id).limit(wanted.limit + 1)
    if search.name_prefix is not None:
        query = query.where(col(CustomerRow.sort_key).startswith(sort_key(search.name_prefix), autoescape=True))
    if search.external_id is not None:
        query = query.where(CustomerRow.external_id == search.external_id)
    place = _place(search.order)
    if wanted.after is not None:
        query = query.where(sa.tuple_(*place) > _place_of(client_id, wanted.after, search.order))
    return [_customer(row) for row in (await session.exec(query.order_by(*place))).all()]


async def lock_counter(session: AsyncSession, client_id: UUID) -> int:
    """The next number to hand out; no one else is given one before this transaction ends. Raises UnknownClient."""
    counter = select(CustomerCounterRow.next_number).where(CustomerCounterRow.client_id == client_id)
    found = (await session.exec(counter.with_for_update())).one_or_none()
    if found is None:
        raise UnknownClient(client_id=client_id)
    return found


async def first_free_number(session: AsyncSession, client_id: UUID, at_least: int) -> int:
    """`at_least`, or the first after it that was not given by hand. The counter must be locked."""
    return int((await run(session, _FIRST_FREE, client_id=client_id, at_least=at_least)).scalar_one())


async def move_counter(session: AsyncSession, client_id: UUID, next_number: int) -> None:
    counter = sa.update(CustomerCounterRow).where(col(CustomerCounterRow.client_id) == client_id)
    await session.exec(counter.values(next_number=next_number))


async def highest_number(session: AsyncSession, client_id: UUID) -> int:
    """0 when the client has no customers."""
    query = select(sa.func.max(CustomerRow.customer_number)).where(CustomerRow.client_id == client_id)
    return (await session.exec(query)).one() or 0


async def add(session: AsyncSession, customer: Customer) -> bool:
    """False when its number or external id is taken."""
    new = postgresql.insert(CustomerRow).values(**_values(customer)).on_conflict_do_nothing()
    return (await run(session, new.returning(col(CustomerRow.customer_id)))).first() is not None


async def with_external_id(session: AsyncSession, client_id: UUID, external_id: str | None) -> Customer | None:
    """None too when no external id is asked for."""
    if external_id is None:
        return None
    query = select(CustomerRow).where(CustomerRow.client_id == client_id, CustomerRow.external_id == external_id)
    row = (await session.exec(query)).one_or_none()
    return None if row is None else _customer(row)


async def save(session: AsyncSession, customer: Customer) -> None:
    values = {name: value for name, value in _values(customer).items() if name not in _FIXED}
    this = (col(CustomerRow.client_id) == customer.client_id, col(CustomerRow.customer_id) == customer.customer_id)
    await session.exec(sa.update(CustomerRow).where(*this).values(**values))


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


def _place(order: Order) -> list[Any]:
    """The columns that order the list; the id decides between equal names."""
    return (
        [col(CustomerRow.sort_key), col(CustomerRow.customer_id)] if order == "name" else [col(CustomerRow.customer_id)]
    )


def _place_of(client_id: UUID, customer_id: UUID, order: Order) -> Any:
    """Where the customer of a cursor stands in that order."""
    if order == "id":
        return sa.tuple_(sa.literal(customer_id))
    this = (col(CustomerRow.client_id) == client_id, col(CustomerRow.customer_id) == customer_id)
    return sa.select(*_place(order)).where(*this).scalar_subquery()


def _values(customer: Customer) -> dict[str, Any]:
    """The customer as columns."""
    plain = asdict(customer.details)
    address = plain.pop("address")
    return plain | {
        "customer_id": customer.customer_id,
        "client_id": customer.client_id,
        "version": customer.version,
        "customer_number": customer.customer_number,
        "external_id": customer.external_id,
        "sort_key": sort_key(customer.details.name),
        "address_lines": list(address.lines),
        "postal_code": address.postal_code,
        "city": address.city,
        "country": address.country,
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
    """The casts say what the CHECKs of the table, and the domain before it, guarantee."""
    return CustomerDetails(
        is_business=row.is_business,
        name=row.name,
        address=PostalAddress(
            lines=tuple(row.address_lines), postal_code=row.postal_code, city=row.city, country=row.country
        ),
        channels=cast(tuple[Channel, ...], tuple(row.channels)),
        orgnr=row.orgnr,
        email=row.email,
        language=cast(Language, row.language),
        payment_terms_days=row.payment_terms_days,
        active=row.active,
    )
