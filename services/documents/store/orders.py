"""Orders, always within one client."""

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.documents.domain.confirmed import ConfirmedDocument
from services.documents.domain.draft import Draft
from services.documents.domain.errors import ExternalIdTaken, OrderNotFound
from services.documents.domain.order import Order, OrderRow
from services.documents.domain.pricing import PricedDraft
from services.documents.store.drafts import SalesQuery, draft_values
from services.documents.store.refusals import refusals
from shared.db.sql import fetch, run

_ROW = ", ".join(field.name for field in fields(OrderRow))

# ruff: noqa: S608  # the column lists that are put into these statements are our own
_GET = f"""
    select {_ROW}, content::text as content from sales_order
    where client_id = :client_id and order_id = :order_id
"""
_FIND = sa.text(_GET)
_LOCK = sa.text(f"{_GET} for update")
_LIST = sa.text(
    f"""
    select {_ROW} from sales_order where client_id = :client_id
        and (cast(:status as text) is null or status = :status)
        and (cast(:customer_id as uuid) is null or customer_id = :customer_id)
        and (cast(:after as uuid) is null or order_id < :after)
    order by order_id desc limit :limit
    """
)
_ADD = sa.text(
    """
    insert into sales_order (client_id, order_id, status, version, external_id, customer_id, customer_name,
                             content, net_ore, mva_ore, total_ore, created_at)
    values (:client_id, :draft_id, 'draft', 1, :external_id, :customer_id, :customer_name,
            cast(:draft as jsonb), :net_ore, :mva_ore, :total_ore, :now)
    on conflict (client_id, external_id) do nothing returning 1
    """
)
_BY_EXTERNAL_ID = sa.text(
    "select order_id from sales_order where client_id = :client_id and external_id = :external_id"
)
_CHANGE = sa.text(
    """
    update sales_order set version = version + 1, customer_id = :customer_id, customer_name = :customer_name,
        content = cast(:draft as jsonb), net_ore = :net_ore, mva_ore = :mva_ore, total_ore = :total_ore
    where client_id = :client_id and order_id = :draft_id and status = 'draft'
    """
)
_DROP = sa.text("delete from sales_order where client_id = :client_id and order_id = :order_id and status = 'draft'")
_CONFIRM = sa.text(
    """
    update sales_order set status = 'confirmed', version = version + 1, customer_name = :customer_name,
        net_ore = :net_ore, mva_ore = :mva_ore, total_ore = :total_ore, confirmed_at = :now
    where client_id = :client_id and order_id = :order_id and status = 'draft'
    """
)


async def lock(session: AsyncSession, client_id: UUID, order_id: UUID) -> Order:
    """The order, locked; OrderNotFound also when it is another client's."""
    async with refusals():
        return await _read(session, _LOCK, client_id, order_id)


async def get(session: AsyncSession, client_id: UUID, order_id: UUID) -> Order:
    """The order; OrderNotFound also when it is another client's."""
    return await _read(session, _FIND, client_id, order_id)


async def listed(session: AsyncSession, query: SalesQuery) -> list[OrderRow]:
    """Newest first."""
    return [_row(row) for row in await fetch(session, _LIST, **vars(query))]


async def add(session: AsyncSession, draft: PricedDraft, external_id: str | None, now: datetime) -> None:
    """Keep a new order; ExternalIdTaken names the order that has the external id already."""
    added = await fetch(session, _ADD, **draft_values(draft), external_id=external_id, now=now)
    if not added:
        holder = await run(session, _BY_EXTERNAL_ID, client_id=draft.client_id, external_id=external_id)
        raise ExternalIdTaken(pointer="/external_id", external_id=external_id, id=holder.scalar_one())


async def change(session: AsyncSession, draft: PricedDraft) -> None:
    await run(session, _CHANGE, **draft_values(draft))


async def drop(session: AsyncSession, client_id: UUID, order_id: UUID) -> None:
    await run(session, _DROP, client_id=client_id, order_id=order_id)


async def confirm(session: AsyncSession, order_id: UUID, confirmation: ConfirmedDocument, now: datetime) -> None:
    """The order is confirmed, with the amounts that its confirmation states."""
    values = {
        "client_id": confirmation.client_id,
        "customer_name": confirmation.buyer.name,
        "net_ore": confirmation.net_ore,
        "mva_ore": confirmation.mva_ore,
        "total_ore": confirmation.total_ore,
    }
    await run(session, _CONFIRM, order_id=order_id, now=now, **values)


async def _read(session: AsyncSession, statement: sa.TextClause, client_id: UUID, order_id: UUID) -> Order:
    rows = await fetch(session, statement, client_id=client_id, order_id=order_id)
    if not rows:
        raise OrderNotFound(order_id=order_id)
    return Order(_row(rows[0]), Draft.model_validate_json(rows[0].content))


def _row(row: sa.Row[Any]) -> OrderRow:
    return OrderRow(**{field.name: getattr(row, field.name) for field in fields(OrderRow)})
