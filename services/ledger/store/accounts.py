"""Reads balances: of the chart, over a period, and of one customer."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.ledger.domain.chart import RECEIVABLES
from services.ledger.domain.reports import AccountBalance, CustomerPosting, OpenItem, Period, TrialBalanceLine
from shared.db.sql import fetch, run
from shared.http.paging import PageRequest

T = TypeVar("T")

_ACCOUNTS = sa.text(
    """
    select account.number, account.name_nb, account.name_en, account.mva_code,
           coalesce(sum(posting.amount_ore), 0)::bigint as balance_ore
    from account left join posting on posting.client_id = account.client_id and posting.account = account.number
    where account.client_id = :client_id
    group by account.client_id, account.number order by account.number
    """
)
_TRIAL_BALANCE = sa.text(
    """
    select account.number, account.name_nb, account.name_en,
           coalesce(sum(amount_ore) filter (where earlier), 0)::bigint as opening_ore,
           coalesce(sum(amount_ore) filter (where not earlier and amount_ore > 0), 0)::bigint as debit_ore,
           coalesce(-sum(amount_ore) filter (where not earlier and amount_ore < 0), 0)::bigint as credit_ore,
           sum(amount_ore)::bigint as closing_ore
    from account join (
        select posting.account, posting.amount_ore, entry.entry_date < :first_day as earlier
        from posting join entry on entry.client_id = posting.client_id and entry.id = posting.entry_id
        where posting.client_id = :client_id and entry.entry_date <= :last_day
    ) line on line.account = account.number
    where account.client_id = :client_id
    group by account.client_id, account.number order by account.number
    """
)
_CUSTOMER_BALANCE = sa.text(
    "select sum(remaining_ore)::bigint as balance_ore from open_item "
    "where client_id = :client_id and customer_id = :customer_id"
)
_ITEMS = sa.text(
    """
    select document_id, kind, number, document_date, due_date, kid, original_ore, remaining_ore
    from open_item
    where client_id = :client_id and customer_id = :customer_id and (:settled or remaining_ore <> 0)
    order by due_date nulls last, number nulls last, document_id
    limit :limit
    """
)
_CUSTOMER_POSTINGS = sa.text(
    """
    select * from (
        select entry.id as entry_id, entry.entry_number, entry.entry_date, entry.document_id, entry.text,
               posting.amount_ore,
               sum(posting.amount_ore) over (order by entry.entry_number, posting.line_no)::bigint as balance_ore
        from entry join posting on posting.client_id = entry.client_id and posting.entry_id = entry.id
        where entry.client_id = :client_id and entry.customer_id = :customer_id and posting.account = :account
    ) running
    where cast(:after as uuid) is null
       or entry_number > (select entry_number from entry where client_id = :client_id and id = :after)
    order by entry_number limit :limit
    """
)
_CLAIM_NAMES = sa.text(
    "select document_id, customer_name from open_item "
    "where client_id = :client_id and document_id = any(:claims) and customer_name is not null"
)
_ACCOUNT_NAMES = sa.text("select number, name_nb from account where client_id = :client_id")
_FIRST_DAY = "-infinity"
_LAST_DAY = "infinity"


async def balances(session: AsyncSession, client_id: UUID) -> list[AccountBalance]:
    """Every account of the client's chart with its balance; empty for a client without books here."""
    return await _fetch_as(AccountBalance, session, _ACCOUNTS, client_id=client_id)


async def trial_balance(session: AsyncSession, client_id: UUID, period: Period) -> list[TrialBalanceLine]:
    """The accounts with any posting up to the last day of the period."""
    days = {"first_day": period.first_day or _FIRST_DAY, "last_day": period.last_day or _LAST_DAY}
    return await _fetch_as(TrialBalanceLine, session, _TRIAL_BALANCE, client_id=client_id, **days)


async def customer_balance(session: AsyncSession, client_id: UUID, customer_id: UUID) -> int | None:
    """What the customer owes in all; None when nothing was ever posted on the customer."""
    row = (await run(session, _CUSTOMER_BALANCE, client_id=client_id, customer_id=customer_id)).one()
    balance: int | None = row.balance_ore
    return balance


async def open_items(
    session: AsyncSession, client_id: UUID, customer_id: UUID, limit: int, settled: bool
) -> list[OpenItem]:
    """The customer's claims by due date; with `settled` also those with nothing left."""
    values = {"client_id": client_id, "customer_id": customer_id, "limit": limit, "settled": settled}
    return await _fetch_as(OpenItem, session, _ITEMS, **values)


async def customer_postings(
    session: AsyncSession, client_id: UUID, customer_id: UUID, page: PageRequest
) -> list[CustomerPosting]:
    """At most `page.limit + 1` postings on the customer's receivable, in the order of the books."""
    values = {"client_id": client_id, "customer_id": customer_id, "account": RECEIVABLES}
    return await _fetch_as(
        CustomerPosting, session, _CUSTOMER_POSTINGS, **values, limit=page.limit + 1, after=page.after
    )


async def account_names(session: AsyncSession, client_id: UUID) -> dict[int, str]:
    """The Norwegian names of the client's accounts, by number."""
    return {row.number: row.name_nb for row in await fetch(session, _ACCOUNT_NAMES, client_id=client_id)}


async def customer_names(session: AsyncSession, client_id: UUID, claims: Sequence[UUID]) -> dict[UUID, str]:
    """The customer's name as it is on each claim's document."""
    rows = await fetch(session, _CLAIM_NAMES, client_id=client_id, claims=list(claims))
    return {row.document_id: row.customer_name for row in rows}


async def _fetch_as(row_type: type[T], session: AsyncSession, statement: sa.TextClause, **values: Any) -> list[T]:
    """The rows as values of this type, whose fields are the statement's columns."""
    return [row_type(**row) for row in (await run(session, statement, **values)).mappings()]
