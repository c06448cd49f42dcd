"""Which claims have become overdue, and at which level."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.claim import OverdueClaim
from shared.db.bulk import Record, run_chunks
from shared.db.sql import fetch


async def lock_first_level(session: AsyncSession, due_until: date, sent_until: date, limit: int) -> list[OverdueClaim]:
    """Claims due on `due_until` or before that are not overdue yet; skips those that another transaction holds.

    Their invoices were sent on their own date, or later but not after `sent_until`.
    """
    rows = await fetch(session, _FIRST, due_until=due_until, sent_until=sent_until, limit=limit)
    return [_overdue_claim(row, 1) for row in rows]


async def lock_next_level(session: AsyncSession, level: int, previous_until: date, limit: int) -> list[OverdueClaim]:
    """Claims that reached the level before on that day or earlier; skips those that another transaction holds."""
    rows = await fetch(session, _NEXT, level_before=level - 1, previous_until=previous_until, limit=limit)
    return [_overdue_claim(row, level) for row in rows]


async def add(session: AsyncSession, claims: Sequence[OverdueClaim], found_on: date) -> None:
    """Record the level that each claim has reached."""

    def record(claim: OverdueClaim) -> Record:
        return {**vars(claim), "found_on": found_on}

    await run_chunks(session, _ADD, claims, record)


def _overdue_claim(row: sa.Row[Any], level: int) -> OverdueClaim:
    return OverdueClaim(row.client_id, row.document_id, row.customer_id, level, row.due_date, row.outstanding_ore)


_CLAIM: Final = """
    select c.client_id, c.document_id, c.customer_id, c.due_date,
           c.payable_ore - c.credited_ore - c.paid_ore as outstanding_ore
    from claim c join sent_invoice s using (client_id, document_id)
    where c.settled_on is null and c.payable_ore - c.credited_ore - c.paid_ore > 0
"""
_LOCK: Final = " order by c.due_date, c.document_id limit :limit for update of c skip locked"
_FIRST: Final = sa.text(
    f"{_CLAIM} and c.overdue_level = 0 and c.due_date <= :due_until"
    f" and (s.sent_on <= c.document_date or s.sent_on <= :sent_until) {_LOCK}"
)
_NEXT: Final = sa.text(f"{_CLAIM} and c.overdue_level = :level_before and c.overdue_on <= :previous_until {_LOCK}")
_ADD: Final = sa.text(
    """
    with added as (
        insert into overdue (client_id, document_id, level, outstanding_ore, found_on)
        select client_id, document_id, level, outstanding_ore, found_on
        from json_to_recordset(cast(:records as json)) as r(
            client_id uuid, document_id uuid, level int, outstanding_ore bigint, found_on date)
        returning client_id, document_id, level, found_on
    )
    update claim c set overdue_level = a.level, overdue_on = a.found_on
    from added a where c.client_id = a.client_id and c.document_id = a.document_id
    """
)
