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


# What claims have too much, and what lies in clearing under the KID of a claim, whether it is settled or not.
_CREDIT: Final = """
    select coalesce((
        select sum(s.paid_ore + s.credited_ore - s.payable_ore) from claim s
        where s.client_id = c.client_id and s.customer_id = c.customer_id
          and s.payable_ore - s.credited_ore - s.paid_ore < 0
    ), 0) + coalesce((
        select sum(p.amount_ore - p.matched_ore - p.refunded_ore - p.reversed_ore) from payment p
        where p.client_id = c.client_id and p.state = 'unmatched' and p.amount_ore > 0
          and exists (select from claim k where k.client_id = p.client_id and k.account = p.account and k.kid = p.kid
                      and k.customer_id = c.customer_id)
    ), 0) as credit_ore
"""
_IS_HELD: Final = """
    exists (select from claim_hold h where h.client_id = {claim}.client_id and h.document_id = {claim}.document_id
            and h.released_on is null and (h.until is null or h.until >= :today))
"""
# The credit goes to the oldest claim first. One that is on hold, or not sent, gets nothing of it.
_OLDER: Final = f"""
    select coalesce(sum(o.payable_ore - o.credited_ore - o.paid_ore), 0) as older_ore
    from claim o join sent_invoice using (client_id, document_id)
    where o.client_id = c.client_id and o.customer_id = c.customer_id and o.settled_on is null
      and (o.due_date, o.document_id) < (c.due_date, c.document_id)
      and not {_IS_HELD.format(claim="o")}
"""  # noqa: S608  # constants of this module
# A bank file that waits for approval may have the money.
_FILE_WAITS: Final = """
    exists (select from approval a where a.kind = 'bank_file' and a.state = 'waiting' and a.expires_at > :now
            and jsonb_exists(a.after -> 'accounts', c.account))
"""
_CLAIM: Final = f"""
    select c.client_id, c.document_id, c.customer_id, c.due_date, n.net_ore
    from claim c join sent_invoice s using (client_id, document_id)
    cross join lateral ({_CREDIT}) credit
    cross join lateral ({_OLDER}) older
    cross join lateral (
        select (c.payable_ore - c.credited_ore - c.paid_ore
                - greatest(credit.credit_ore - older.older_ore, 0))::bigint as net_ore
    ) n
    where c.settled_on is null and c.payable_ore - c.credited_ore - c.paid_ore >= :minimum_ore
      and n.net_ore >= :minimum_ore
      and not {_IS_HELD.format(claim="c")} and not {_FILE_WAITS}
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
