"""Timelines, and what they add up to on the document: where its delivery stands, and what has been paid.

News come in any order and may come twice. An event's natural key tells it once; states only move to stronger ones; sums
grow only by events that were new.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.documents.domain.document import DELIVERY_STATES
from services.documents.domain.errors import UnknownDocument
from services.documents.domain.news import DeliveryNews
from services.documents.domain.timeline import TimelineEvent, in_order
from shared.db.sql import run

_EVENTS = sa.text(
    "select client_id, document_id, what, on_date, key, detail, number, amount_ore from document_event "
    "where client_id = :client_id and document_id = :document_id"
)
_LOCK = sa.text(
    """
    select document.document_id from document
    where status = 'confirmed' and (client_id, document_id) in (
        select * from unnest(cast(:client_ids as uuid[]), cast(:document_ids as uuid[])))
    order by document_id for update of document
    """
)
_ADD = """
    insert into document_event (client_id, document_id, what, key, on_date, detail, number, amount_ore)
    select * from unnest(cast(:client_ids as uuid[]), cast(:document_ids as uuid[]), cast(:whats as text[]),
                         cast(:keys as text[]), cast(:days as date[]), cast(:details as text[]),
                         cast(:numbers as bigint[]), cast(:amounts as bigint[]))
    on conflict do nothing
"""
_ADD_EVENTS = sa.text(_ADD)
_ADD_PAYMENTS = sa.text(
    f"""
    with fresh as ({_ADD} returning client_id, document_id, amount_ore),
         paid as (select client_id, document_id, sum(amount_ore) as amount_ore
                  from fresh group by client_id, document_id)
    update document set paid_ore = document.paid_ore + paid.amount_ore, version = version + 1
    from paid where document.client_id = paid.client_id and document.document_id = paid.document_id
    """  # noqa: S608  # a statement of our own
)
_SETTLE = sa.text(
    f"""
    with fresh as ({_ADD} returning client_id, document_id, on_date)
    update document set settled_on = fresh.on_date, version = version + 1
    from fresh where document.client_id = fresh.client_id and document.document_id = fresh.document_id
    """  # noqa: S608  # a statement of our own
)
_MOVE = sa.text(
    """
    update document set delivery_state = news.state, delivery_reason = news.reason, version = version + 1
    from unnest(cast(:client_ids as uuid[]), cast(:document_ids as uuid[]), cast(:states as text[]),
                cast(:reasons as text[])) as news (client_id, document_id, state, reason)
    where document.client_id = news.client_id and document.document_id = news.document_id
        and array_position(cast(:order as text[]), news.state)
            > array_position(cast(:order as text[]), document.delivery_state)
    """
)


async def events(session: AsyncSession, client_id: UUID, document_id: UUID) -> list[TimelineEvent]:
    """The document's timeline, in order."""
    found = await run(session, _EVENTS, client_id=client_id, document_id=document_id)
    return in_order([TimelineEvent(**row) for row in found.mappings()])


async def add_events(session: AsyncSession, told: Sequence[TimelineEvent]) -> None:
    """Note events of documents that the caller holds; those noted before are left as they were."""
    await run(session, _ADD_EVENTS, **_columns(told))


async def add_payments(session: AsyncSession, told: Sequence[TimelineEvent]) -> None:
    """Note payments, and add those that were new to what is paid."""
    await _lock(session, told)
    await run(session, _ADD_PAYMENTS, **_columns(told))


async def settle(session: AsyncSession, told: Sequence[TimelineEvent]) -> None:
    """Note that claims are settled."""
    await _lock(session, told)
    await run(session, _SETTLE, **_columns(told))


async def move_deliveries(session: AsyncSession, news: Sequence[DeliveryNews]) -> None:
    """Note news of deliveries, and move each document's state when the news is stronger than what was known."""
    told = [one.event for one in news]
    await _lock(session, told)
    await run(session, _ADD_EVENTS, **_columns(told))
    latest = list({one.event.document_id: one for one in news}.values())
    values = {
        "client_ids": [one.event.client_id for one in latest],
        "document_ids": [one.event.document_id for one in latest],
        "states": [one.state for one in latest],
        "reasons": [one.reason for one in latest],
        "order": list(DELIVERY_STATES),
    }
    await run(session, _MOVE, **values)


async def _lock(session: AsyncSession, told: Sequence[TimelineEvent]) -> None:
    """Hold the documents in the order of their ids, so that batches never lock crosswise.

    Raises UnknownDocument when one of them was never issued here.
    """
    columns = _columns(told)
    values = {"client_ids": columns["client_ids"], "document_ids": columns["document_ids"]}
    found = set((await run(session, _LOCK, **values)).scalars())
    for event in told:
        if event.document_id not in found:
            raise UnknownDocument(document_id=event.document_id)


def _columns(told: Sequence[TimelineEvent]) -> dict[str, list[Any]]:
    rows = [vars(event) for event in told]
    names = {
        "client_ids": "client_id",
        "document_ids": "document_id",
        "whats": "what",
        "keys": "key",
        "days": "on_date",
        "details": "detail",
        "numbers": "number",
        "amounts": "amount_ore",
    }
    return {parameter: [row[column] for row in rows] for parameter, column in names.items()}
