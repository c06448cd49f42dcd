"""Claims, and the credit notes that reduce them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.claim import Claim, ClaimKey, CreditNote, Invoice, PayeeKid
from services.payments.domain.words import ClaimState
from services.payments.tables import ClaimRow
from shared.db.bulk import Record, for_chunks, run_chunks
from shared.http.paging import PageRequest


async def open_new(session: AsyncSession, invoices: Sequence[Invoice]) -> set[ClaimKey]:
    """Insert claims; the keys of those that were not there before."""
    return {
        ClaimKey(row.client_id, row.document_id)
        async for rows in for_chunks(session, _OPEN, invoices, vars)
        for row in rows
    }


async def add_credits(session: AsyncSession, credit_notes: Sequence[CreditNote]) -> set[ClaimKey]:
    """Insert credit notes; the keys of the claims that the new ones reduce, whether those are here or not."""
    return {
        ClaimKey(row.client_id, row.invoice_id)
        async for rows in for_chunks(session, _CREDIT, credit_notes, vars)
        for row in rows
    }


async def with_credits(session: AsyncSession, keys: Iterable[ClaimKey]) -> dict[ClaimKey, tuple[Claim, date]]:
    """Locks these claims and recomputes `credited_ore`; omits those that do not exist (yet).

    Each comes with the date of its last credit note, or its own date if it has none.
    """
    claims: dict[ClaimKey, tuple[Claim, date]] = {}
    async for rows in for_chunks(session, _WITH_CREDITS, sorted(keys), ClaimKey._asdict):
        for row in rows:
            claim = _claim(row)
            claims[claim.key] = claim, row.last_credit_on or claim.document_date
    return claims


async def lock_by_kid(session: AsyncSession, payee_kids: Sequence[PayeeKid]) -> list[Claim]:
    """Locks the claims that payments with these KIDs may pay; no KID may occur twice."""
    return [_claim(row) async for rows in for_chunks(session, _BY_KID, payee_kids, PayeeKid._asdict) for row in rows]


async def lock(session: AsyncSession, keys: Iterable[ClaimKey]) -> dict[ClaimKey, Claim]:
    """Locks these claims; omits those that do not exist."""
    locked = await with_credits(session, keys)
    return {key: claim for key, (claim, _) in locked.items()}


async def save(session: AsyncSession, claims: Sequence[Claim]) -> None:
    """Update what was credited and paid, and when the claim was settled. The claims must be locked."""
    await run_chunks(session, _SAVE, claims, _state_record)


async def find(session: AsyncSession, client_id: UUID | None, document_id: UUID) -> ClaimRow | None:
    """A claim of the client (None: of any client)."""
    query = select(ClaimRow).where(_of_client(client_id), col(ClaimRow.document_id) == document_id)
    return (await session.exec(query)).first()


async def page(
    session: AsyncSession,
    client_id: UUID | None,
    request: PageRequest,
    *,
    state: ClaimState | None = None,
    customer_id: UUID | None = None,
) -> Sequence[ClaimRow]:
    """Claims by document id, one row more than the page."""
    query = select(ClaimRow).where(_of_client(client_id)).order_by(col(ClaimRow.document_id)).limit(request.limit + 1)
    if request.after is not None:
        query = query.where(col(ClaimRow.document_id) > request.after)
    if state is not None:
        settled = col(ClaimRow.settled_on).is_not(None)
        query = query.where(settled if state == "settled" else sa.not_(settled))
    if customer_id is not None:
        query = query.where(col(ClaimRow.customer_id) == customer_id)
    return (await session.exec(query)).all()


def _of_client(client_id: UUID | None) -> sa.ColumnElement[bool]:
    return sa.true() if client_id is None else col(ClaimRow.client_id) == client_id


def _claim(row: sa.Row[Any]) -> Claim:
    return Claim(
        client_id=row.client_id,
        document_id=row.document_id,
        customer_id=row.customer_id,
        document_date=row.document_date,
        due_date=row.due_date,
        account=row.account,
        kid=row.kid,
        payable_ore=row.payable_ore,
        credited_ore=row.credited_ore,
        paid_ore=row.paid_ore,
        settled_on=row.settled_on,
        settlements=row.settlements,
    )


def _state_record(claim: Claim) -> Record:
    return {
        "client_id": claim.client_id,
        "document_id": claim.document_id,
        "credited_ore": claim.credited_ore,
        "paid_ore": claim.paid_ore,
        "settled_on": claim.settled_on,
        "settlements": claim.settlements,
    }


_COLUMNS: Final = (
    "c.client_id, c.document_id, c.customer_id, c.document_date, c.due_date, c.account, c.kid, c.payable_ore, "
    "c.paid_ore, c.settled_on, c.settlements"
)
_OPEN: Final = sa.text(
    """
    insert into claim (client_id, document_id, number, customer_id, customer_name, account, kid, document_date,
                       due_date, payable_ore)
    select client_id, document_id, number, customer_id, customer_name, account, kid, document_date,
           due_date, payable_ore
    from json_to_recordset(cast(:records as json)) as r(
        client_id uuid, document_id uuid, number bigint, customer_id uuid, customer_name text, account text, kid text,
        document_date date, due_date date, payable_ore bigint)
    on conflict (client_id, document_id) do nothing
    returning client_id, document_id
    """
)
_CREDIT: Final = sa.text(
    """
    insert into credit (client_id, document_id, invoice_id, amount_ore, document_date)
    select client_id, document_id, invoice_id, amount_ore, document_date
    from json_to_recordset(cast(:records as json)) as r(
        client_id uuid, document_id uuid, invoice_id uuid, amount_ore bigint, document_date date)
    on conflict (client_id, document_id) do nothing
    returning client_id, invoice_id
    """
)
_WITH_CREDITS: Final = sa.text(
    f"""
    select {_COLUMNS}, coalesce(s.amount_ore, 0)::bigint as credited_ore, s.last_credit_on
    from json_to_recordset(cast(:records as json)) as r(client_id uuid, document_id uuid)
    join claim c using (client_id, document_id)
    left join lateral (
        select sum(k.amount_ore) as amount_ore, max(k.document_date) as last_credit_on
        from credit k where k.client_id = c.client_id and k.invoice_id = c.document_id
    ) s on true
    order by c.client_id, c.document_id
    for update of c
    """  # noqa: S608 the columns are a constant of this module
)
_BY_KID: Final = sa.text(
    f"""
    select {_COLUMNS}, c.credited_ore
    from json_to_recordset(cast(:records as json)) as r(client_id uuid, account text, kid text)
    join claim c using (client_id, account, kid)
    order by c.client_id, c.document_id
    for update of c
    """  # noqa: S608 the columns are a constant of this module
)
_SAVE: Final = sa.text(
    """
    update claim c
    set credited_ore = r.credited_ore, paid_ore = r.paid_ore, settled_on = r.settled_on,
        settlements = r.settlements
    from json_to_recordset(cast(:records as json)) as r(
        client_id uuid, document_id uuid, credited_ore bigint, paid_ore bigint, settled_on date,
        settlements int)
    where c.client_id = r.client_id and c.document_id = r.document_id
    """
)
