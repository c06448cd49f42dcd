"""Which claims have become overdue, and of which it has been told."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.claim import Late
from shared.db.bulk import Record, run_chunks
from shared.db.sql import fetch


async def lock_first_level(session: AsyncSession, due_until: date, limit: int) -> list[Late]:
    """Claims due on that day or before that have never been told of. Those another transaction holds wait for later."""
    rows = await fetch(session, _FIRST, due_until=due_until, limit=limit)
    return [_late(row, 1) for row in rows]


async def lock_next_level(session: AsyncSession, level: int, told_until: date, limit: int) -> list[Late]:
    """Claims that were told of at the level before on that day or before."""
    rows = await fetch(session, _NEXT, level_before=level - 1, told_until=told_until, limit=limit)
    return [_late(row, level) for row in rows]


async def tell(session: AsyncSession, late: Sequence[Late], found_on: date) -> None:
    """Write down that these have been told of."""

    def record(one: Late) -> Record:
        return {
            "client_id": one.client_id,
            "document_id": one.document_id,
            "level": one.level,
            "outstanding_ore": one.outstanding_ore,
            "found_on": found_on,
        }

    await run_chunks(session, _TELL, late, record)


def _late(row: sa.Row[Any], level: int) -> Late:
    return Late(row.client_id, row.document_id, row.customer_id, level, row.due_date, row.outstanding_ore)


_CLAIM: Final = """
    select c.client_id, c.document_id, c.customer_id, c.due_date,
           c.payable_ore - c.credited_ore - c.paid_ore as outstanding_ore
    from claim c
    where c.settled_on is null and c.payable_ore - c.credited_ore - c.paid_ore > 0
"""
_LOCK: Final = " order by c.due_date, c.document_id limit :limit for update of c skip locked"
_FIRST: Final = sa.text(f"{_CLAIM} and c.overdue_level = 0 and c.due_date <= :due_until {_LOCK}")
_NEXT: Final = sa.text(f"{_CLAIM} and c.overdue_level = :level_before and c.overdue_on <= :told_until {_LOCK}")
_TELL: Final = sa.text(
    """
    with told as (
        insert into overdue (client_id, document_id, level, outstanding_ore, found_on)
        select client_id, document_id, level, outstanding_ore, found_on
        from json_to_recordset(cast(:records as json)) as r(
            client_id uuid, document_id uuid, level int, outstanding_ore bigint, found_on date)
        returning client_id, document_id, level, found_on
    )
    update claim c set overdue_level = t.level, overdue_on = t.found_on
    from told t where c.client_id = t.client_id and c.document_id = t.document_id
    """
)
