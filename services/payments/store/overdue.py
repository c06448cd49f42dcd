"""Which claims have become overdue, and at which level."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.claim import OverdueClaim
from services.payments.domain.reminder_rules import Scan
from shared.db.bulk import Record, run_chunks
from shared.db.sql import fetch


async def lock_first_level(
    session: AsyncSession, scan: Scan, due_until: date, sent_until: date, limit: int
) -> list[OverdueClaim]:
    """Claims due on `due_until` or before that are not overdue yet; skips those that another transaction holds.

    Their invoices were sent on their own date, or later but not after `sent_until`.
    """
    rows = await fetch(session, _FIRST, **vars(scan), due_until=due_until, sent_until=sent_until, limit=limit)
    return [_overdue_claim(row, 1) for row in rows]


async def lock_next_level(
    session: AsyncSession, scan: Scan, level: int, previous_until: date, limit: int
) -> list[OverdueClaim]:
    """Claims that reached the level before on that day or earlier; skips those that another transaction holds."""
    rows = await fetch(session, _NEXT, **vars(scan), level_before=level - 1, previous_until=previous_until, limit=limit)
    return [_overdue_claim(row, level) for row in rows]


async def add(session: AsyncSession, claims: Sequence[OverdueClaim], found_on: date) -> None:
    """Record the level that each claim has reached."""

    def record(claim: OverdueClaim) -> Record:
        return {**vars(claim), "found_on": found_on}

    await run_chunks(session, _ADD, claims, record)


def _overdue_claim(row: sa.Row[Any], level: int) -> OverdueClaim:
    return OverdueClaim(row.client_id, row.document_id, row.customer_id, level, row.due_date, row.net_ore)


_KEY: Final = "c.client_id || '/' || c.document_id"
_LEFT: Final = "(c.payable_ore - c.credited_ore - c.paid_ore)"
_IS_HELD: Final = """
    exists (select from claim_hold h where h.client_id = c.client_id and h.document_id = c.document_id
            and h.released_on is null and (h.until is null or h.until >= :today))
"""
# A bank file that waits for approval may have the money.
_FILE_WAITS: Final = """
    exists (select from approval a where a.kind = 'bank_file' and a.state = 'waiting' and a.expires_at > :now
            and jsonb_exists(a.after -> 'accounts', c.account))
"""
# A customer's credit: what its claims have too much, and what lies in clearing under the KID of one of them. It goes to
# the oldest claim first; one that is on hold, or not sent, gets nothing of it. Computed once, for those who have any.
_DEDUCTED: Final = f"""
    with clearing as (
        select distinct p.client_id, k.customer_id, p.id,
               p.amount_ore - p.matched_ore - p.refunded_ore - p.reversed_ore as ore
        from payment p join claim k using (client_id, account, kid)
        where p.state = 'unmatched' and p.amount_ore > 0
    ), credit as materialized (
        select client_id, customer_id, sum(ore) as credit_ore from (
            select client_id, customer_id, ore from clearing
            union all
            select client_id, customer_id, paid_ore + credited_ore - payable_ore from claim
            where payable_ore - credited_ore - paid_ore < 0
        ) parts group by 1, 2
    ), deducted as materialized (
        select coalesce(jsonb_object_agg(o.key, least(o.ore, k.credit_ore - o.ore_before)), '{{}}') as by_claim
        from credit k cross join lateral (
            select {_KEY} as key, {_LEFT} as ore,
                   sum({_LEFT}) over (order by c.due_date, c.document_id) - {_LEFT} as ore_before
            from claim c join sent_invoice using (client_id, document_id)
            where c.client_id = k.client_id and c.customer_id = k.customer_id and c.settled_on is null
              and not {_IS_HELD}
        ) o where k.credit_ore > o.ore_before
    )
"""  # noqa: S608  # constants of this module
# A look-up, and no join: whatever the planner believes, it costs the same for each claim.
_NET: Final = f"{_LEFT} - coalesce(((select by_claim from deducted) ->> ({_KEY}))::bigint, 0)"  # noqa: S608
_CLAIM: Final = f"""
    {_DEDUCTED}
    select c.client_id, c.document_id, c.customer_id, c.due_date, {_NET} as net_ore
    from claim c join sent_invoice s using (client_id, document_id)
    where c.settled_on is null and {_NET} >= :minimum_ore and not {_IS_HELD} and not {_FILE_WAITS}
"""  # noqa: S608  # constants of this module
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
