"""Issued keys."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.customers.domain.api_key import ApiKey, KeyChanges
from services.customers.domain.errors import ApiKeyNotFound
from services.customers.tables import IssuedKeyRow
from shared.db.sql import run, run_many
from shared.http.paging import PageRequest
from shared.values import KeyKind


async def add(session: AsyncSession, key: ApiKey) -> bool:
    """False when a key with this secret exists already."""
    columns = asdict(key) | {"scopes": list(key.scopes)}
    insert = postgresql.insert(IssuedKeyRow).values(**columns).on_conflict_do_nothing(index_elements=["secret_sha256"])
    return (await run(session, insert.returning(col(IssuedKeyRow.key_id)))).first() is not None


async def with_secret(session: AsyncSession, secret_sha256: str) -> ApiKey:
    """The key with this secret, which must exist."""
    query = select(IssuedKeyRow).where(IssuedKeyRow.secret_sha256 == secret_sha256)
    return _key((await session.exec(query)).one())


async def lock(session: AsyncSession, client_id: UUID | None, key_id: UUID) -> ApiKey:
    """A key of this client, or of none, locked until the transaction ends. Raises ApiKeyNotFound."""
    query = select(IssuedKeyRow).where(IssuedKeyRow.key_id == key_id, _of(client_id)).with_for_update()
    row = (await session.exec(query.execution_options(populate_existing=True))).one_or_none()
    if row is None:
        raise ApiKeyNotFound(key_id=key_id)
    return _key(row)


async def lock_active(session: AsyncSession, client_id: UUID) -> list[ApiKey]:
    """The client's active keys, locked until the transaction ends."""
    query = select(IssuedKeyRow).where(_of(client_id), IssuedKeyRow.active).order_by(col(IssuedKeyRow.key_id))
    rows = await session.exec(query.with_for_update().execution_options(populate_existing=True))
    return [_key(row) for row in rows.all()]


async def fetch_page(session: AsyncSession, client_id: UUID | None, page: PageRequest) -> list[ApiKey]:
    """At most `page.limit + 1` keys of this client, or of none, in the order they were issued."""
    query = select(IssuedKeyRow).where(_of(client_id)).order_by(col(IssuedKeyRow.key_id)).limit(page.limit + 1)
    if page.after is not None:
        query = query.where(col(IssuedKeyRow.key_id) > page.after)
    return [_key(row) for row in (await session.exec(query)).all()]


async def save_revoked(session: AsyncSession, key: ApiKey) -> None:
    columns = {"version": key.version, "active": key.active, "revoked_at": key.revoked_at}
    await run(session, sa.update(IssuedKeyRow).where(col(IssuedKeyRow.key_id) == key.key_id).values(**columns))


async def changes(session: AsyncSession) -> KeyChanges:
    """Up to the start of this transaction, by the database's clock."""
    row = (await run(session, _CHANGES)).one()
    return KeyChanges(row.at, row.changes)


async def save_uses(session: AsyncSession, uses: Mapping[UUID, datetime]) -> None:
    """When keys were last used, in the order of the keys; an earlier time never replaces a later one."""
    values = [{"key": key_id, "at": used_at} for key_id, used_at in sorted(uses.items())]
    last_used_at = sa.func.greatest(col(IssuedKeyRow.last_used_at), sa.bindparam("at"))
    update = sa.update(IssuedKeyRow).where(col(IssuedKeyRow.key_id) == sa.bindparam("key"))
    await run_many(session, update.values(last_used_at=last_used_at), values)


_CHANGES = sa.select(
    sa.func.now().label("at"),
    sa.cast(sa.func.coalesce(sa.func.sum(IssuedKeyRow.version), 0), sa.BigInteger).label("changes"),
)


def _of(client_id: UUID | None) -> sa.ColumnElement[bool]:
    return col(IssuedKeyRow.client_id).is_not_distinct_from(client_id)


def _key(row: IssuedKeyRow) -> ApiKey:
    return ApiKey(
        key_id=row.key_id,
        version=row.version,
        kind=cast(KeyKind, row.kind),
        client_id=row.client_id,
        label=row.label,
        prefix=row.prefix,
        secret_sha256=row.secret_sha256,
        scopes=tuple(row.scopes),
        live=row.live,
        active=row.active,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
        expires_at=row.expires_at,
        holder=row.holder,
        introduced_by=row.introduced_by,
        last_used_at=row.last_used_at,
    )
