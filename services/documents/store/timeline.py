"""Timelines, and what they add up to on the document: where its delivery stands, and what has been paid.

Messages come in any order and may come twice. An event has a natural key and is kept once, a state is replaced only
by a stronger one, and only new payments are added up.
"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.documents.domain.document import DELIVERY_STATES
from services.documents.domain.errors import DocumentNotFound
from services.documents.domain.reactions import DeliveryUpdate
from services.documents.domain.timeline import TimelineEvent, in_order
from shared.db.bulk import as_json
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
    select * from json_to_recordset(cast(:records as json)) as event
        (client_id uuid, document_id uuid, what text, key text, on_date date, detail text, number bigint,
         amount_ore bigint)
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
# What this statement adds is not seen by its own query of the table, so the two are put together.
_SETTLE = sa.text(
    f"""
    with fresh as ({_ADD} returning client_id, document_id, what, on_date, number),
         turn as (select * from fresh
                  union all
                  select event.client_id, event.document_id, what, on_date, number from document_event as event
                  where what in ('settled', 'reopened')
                    and (event.client_id, event.document_id) in (select client_id, document_id from fresh)),
         latest as (select distinct on (client_id, document_id) * from turn
                    order by client_id, document_id, coalesce(number, 1) desc, what = 'reopened' desc)
    update document set settled_on = case latest.what when 'settled' then latest.on_date end, version = version + 1
    from latest where document.client_id = latest.client_id and document.document_id = latest.document_id
    """  # noqa: S608  # a statement of our own
)
_MOVE = sa.text(
    """
    update document set delivery_state = moved.state, delivery_reason = moved.reason, version = version + 1
    from json_to_recordset(cast(:records as json)) as moved
        (client_id uuid, document_id uuid, state text, reason text)
    where document.client_id = moved.client_id and document.document_id = moved.document_id
        and array_position(cast(:order as text[]), moved.state)
            > array_position(cast(:order as text[]), document.delivery_state)
    """
)


async def events_of(session: AsyncSession, client_id: UUID, document_id: UUID) -> list[TimelineEvent]:
    """The document's timeline, in order."""
    rows = await run(session, _EVENTS, client_id=client_id, document_id=document_id)
    return in_order([TimelineEvent(**row) for row in rows.mappings()])


async def lock_documents(session: AsyncSession, events: Sequence[TimelineEvent]) -> None:
    """Lock the documents of these events in the order of their ids, so that batches never lock crosswise.

    Raises DocumentNotFound when one of them is not confirmed here.
    """
    client_ids, document_ids = [event.client_id for event in events], [event.document_id for event in events]
    locked = set((await run(session, _LOCK, client_ids=client_ids, document_ids=document_ids)).scalars())
    for event in events:
        if event.document_id not in locked:
            raise DocumentNotFound(document_id=event.document_id)


async def add_events(session: AsyncSession, events: Sequence[TimelineEvent]) -> None:
    """Add events to the timelines; those that are there already stay as they are."""
    await run(session, _ADD_EVENTS, records=as_json(map(vars, events)))


async def add_payments(session: AsyncSession, payments: Sequence[TimelineEvent]) -> None:
    """Add payments to the timelines, and those that were new to what is paid."""
    await run(session, _ADD_PAYMENTS, records=as_json(map(vars, payments)))


async def settle(session: AsyncSession, settlements: Sequence[TimelineEvent]) -> None:
    """Add settlements, and their ends, to the timelines, and the day of the latest to the invoices."""
    await run(session, _SETTLE, records=as_json(map(vars, settlements)))


async def move_deliveries(session: AsyncSession, updates: Sequence[DeliveryUpdate]) -> None:
    """Move documents to these states where they are stronger; at most one update of each document."""
    moves = [
        {
            "client_id": update.event.client_id,
            "document_id": update.event.document_id,
            "state": update.state,
            "reason": update.reason,
        }
        for update in updates
    ]
    await run(session, _MOVE, records=as_json(moves), order=list(DELIVERY_STATES))
