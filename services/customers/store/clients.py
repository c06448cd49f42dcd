"""Clients, each with its counter of customer numbers."""

from dataclasses import asdict
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.customers.domain.client import Client, ClientDetails, KidTerms
from services.customers.domain.errors import BankAccountInUse, ClientNotFound
from services.customers.store.addresses import address_columns, address_of
from services.customers.tables import ACCOUNT_IN_USE, ClientRow, CustomerCounterRow
from shared.db.errors import violated_constraint
from shared.db.sql import run
from shared.http.paging import PageRequest
from shared.values import KidAlgorithm, LegalForm

# Fixed at registration, so updates leave them out.
_FIXED = frozenset({"client_id", "orgnr", "external_id", "first_invoice_number", "registered_at"})


async def get(session: AsyncSession, client_id: UUID, *, lock: bool = False) -> Client:
    """Raises ClientNotFound. With `lock`, the row is locked until the transaction ends."""
    query = select(ClientRow).where(ClientRow.client_id == client_id).execution_options(populate_existing=True)
    row = (await session.exec(query.with_for_update(key_share=True) if lock else query)).one_or_none()
    if row is None:
        raise ClientNotFound(client_id=client_id)
    return _client(row)


async def fetch_page(session: AsyncSession, page: PageRequest) -> list[Client]:
    """At most `page.limit + 1` clients, in the order of registration."""
    query = select(ClientRow).order_by(col(ClientRow.client_id)).limit(page.limit + 1)
    if page.after is not None:
        query = query.where(col(ClientRow.client_id) > page.after)
    return [_client(row) for row in (await session.exec(query)).all()]


async def add(session: AsyncSession, client: Client) -> bool:
    """False when its organisation number, external id or bank account is taken. Its customer numbers start at 1."""
    insert = postgresql.insert(ClientRow).values(**_columns(client)).on_conflict_do_nothing()
    if (await run(session, insert.returning(col(ClientRow.client_id)))).first() is None:
        return False
    await run(session, sa.insert(CustomerCounterRow).values(client_id=client.client_id, next_number=1))
    return True


async def holder(session: AsyncSession, orgnr: str, external_id: str | None) -> Client | None:
    """The client that has this organisation number or, failing that, this external id; None if neither is taken."""
    # An external id of None compares as `is null`, which would be any client without one.
    has_external_id = sa.false() if external_id is None else col(ClientRow.external_id) == external_id
    has = or_(col(ClientRow.orgnr) == orgnr, has_external_id)
    query = select(ClientRow).where(has).order_by(sa.desc(col(ClientRow.orgnr) == orgnr)).limit(1)
    row = (await session.exec(query)).one_or_none()
    return None if row is None else _client(row)


async def account_is_in_use(session: AsyncSession, bank_account: str) -> bool:
    """By any active client."""
    in_use = sa.exists().where(col(ClientRow.bank_account) == bank_account, col(ClientRow.active))
    return bool(await session.scalar(sa.select(in_use)))


async def save(session: AsyncSession, client: Client) -> None:
    """Raises BankAccountInUse."""
    columns = {name: value for name, value in _columns(client).items() if name not in _FIXED}
    update = sa.update(ClientRow).where(col(ClientRow.client_id) == client.client_id).values(**columns)
    try:
        await run(session, update)
    except IntegrityError as error:
        if violated_constraint(error) == ACCOUNT_IN_USE:
            raise BankAccountInUse(pointer="/bank_account") from None
        raise


def _columns(client: Client) -> dict[str, Any]:
    details = client.details
    columns = asdict(details) | address_columns(details.address)
    del columns["address"], columns["kid"]
    return columns | {
        "client_id": client.client_id,
        "version": client.version,
        "kid_algorithm": details.kid.algorithm,
        "kid_length": details.kid.length,
        "logo_sha256": client.logo,
        "first_invoice_number": client.first_invoice_number,
        "external_id": client.external_id,
        "registered_at": client.registered_at,
    }


def _client(row: ClientRow) -> Client:
    return Client(
        client_id=row.client_id,
        version=row.version,
        details=_details(row),
        first_invoice_number=row.first_invoice_number,
        external_id=row.external_id,
        logo=row.logo_sha256,
        registered_at=row.registered_at,
    )


def _details(row: ClientRow) -> ClientDetails:
    """The casts rely on the CHECK constraints of the table."""
    return ClientDetails(
        name=row.name,
        orgnr=row.orgnr,
        legal_form=cast(LegalForm, row.legal_form),
        mva_registered=row.mva_registered,
        in_foretaksregisteret=row.in_foretaksregisteret,
        address=address_of(row),
        bank_account=row.bank_account,
        kid=KidTerms(algorithm=cast(KidAlgorithm, row.kid_algorithm), length=row.kid_length),
        email=row.email,
        phone=row.phone,
        website=row.website,
        bic=row.bic,
        active=row.active,
    )
