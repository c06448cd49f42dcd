"""Claims and the credit notes that reduce them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.claim import Claim, PayeeKid
from services.payments.domain.words import ClaimState
from services.payments.tables import ClaimRow
from shared.contracts.values import DocumentSummary
from shared.db.bulk import Record, for_chunks, run_chunks
from shared.http.paging import PageRequest

_Key = tuple[UUID, UUID]


async def open_new(session: AsyncSession, invoices: Sequence[DocumentSummary]) -> set[_Key]:
    """Insert claims; the keys (client, document) of those that were not there before."""
    return {
        (row.client_id, row.document_id)
        async for rows in for_chunks(session, _OPEN, invoices, _claim_record)
        for row in rows
    }


async def add_credits(session: AsyncSession, credit_notes: Sequence[DocumentSummary]) -> set[_Key]:
    """Insert credit notes; the keys (client, invoice) that the new ones reduce, whether those are here or not."""
    return {
        (row.client_id, row.invoice_id)
        async for rows in for_chunks(session, _CREDIT, credit_notes, _credit_record)
        for row in rows
    }


async def with_credits(session: AsyncSession, keys: Iterable[_Key]) -> dict[_Key, tuple[Claim, date]]:
    """These claims, locked, with `credited_ore` reckoned anew; those that do not exist (yet) are left out.

    With each, the date of its last credit note; its own date when it has none.
    """
    claims: dict[_Key, tuple[Claim, date]] = {}
    async for rows in for_chunks(session, _WITH_CREDITS, sorted(keys), _key_record):
        for row in rows:
            claims[row.client_id, row.document_id] = _claim(row), row.last_credit_on or row.document_date
    return claims


async def lock_by_kid(session: AsyncSession, payee_kids: Sequence[PayeeKid]) -> list[Claim]:
    """The claims that payments with these KIDs (each named once) may pay, locked."""
    return [_claim(row) async for rows in for_chunks(session, _BY_KID, payee_kids, _payee_record) for row in rows]


async def save(session: AsyncSession, claims: Sequence[Claim]) -> None:
    """Write down what was credited and paid, and whether that settled the claim. The claims are locked already."""
    await run_chunks(session, _SAVE, claims, _state_record)


async def find(session: AsyncSession, client_id: UUID | None, document_id: UUID) -> ClaimRow | None:
    """One claim of the client (None: of any); None when it has no such."""
    query = select(ClaimRow).where(_of_client(client_id), col(ClaimRow.document_id) == document_id)
    return (await session.exec(query)).first()


async def page(
    session: AsyncSession,
    client_id: UUID | None,
    wanted: PageRequest,
    *,
    state: ClaimState | None = None,
    customer_id: UUID | None = None,
) -> Sequence[ClaimRow]:
    """A page of claims by document id, one more than wanted."""
    query = select(ClaimRow).where(_of_client(client_id)).order_by(col(ClaimRow.document_id)).limit(wanted.limit + 1)
    if wanted.after is not None:
        query = query.where(col(ClaimRow.document_id) > wanted.after)
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
    )


def _claim_record(invoice: DocumentSummary) -> Record:
    return {
        "client_id": invoice.client_id,
        "document_id": invoice.document_id,
        "number": invoice.number,
        "customer_id": invoice.customer_id,
        "customer_name": invoice.customer_name,
        "account": invoice.account,
        "kid": invoice.kid,
        "document_date": invoice.document_date,
        "due_date": invoice.due_date,
        "payable_ore": invoice.payable_ore,
    }


def _credit_record(credit_note: DocumentSummary) -> Record:
    return {
        "client_id": credit_note.client_id,
        "document_id": credit_note.document_id,
        "invoice_id": credit_note.refers_to.document_id if credit_note.refers_to else None,
        "amount_ore": credit_note.total_ore,
        "document_date": credit_note.document_date,
    }


def _key_record(key: _Key) -> Record:
    return {"client_id": key[0], "document_id": key[1]}


def _payee_record(payee: PayeeKid) -> Record:
    return {"client_id": payee[0], "account": payee[1], "kid": payee[2]}


def _state_record(claim: Claim) -> Record:
    return {
        "client_id": claim.client_id,
        "document_id": claim.document_id,
        "credited_ore": claim.credited_ore,
        "paid_ore": claim.paid_ore,
        "settled_on": claim.settled_on,
    }


_COLUMNS: Final = (
    "c.client_id, c.document_id, c.customer_id, c.document_date, c.due_date, c.account, c.kid, c.payable_ore, "
    "c.paid_ore, c.settled_on"
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
    set credited_ore = r.credited_ore, paid_ore = r.paid_ore, settled_on = r.settled_on
    from json_to_recordset(cast(:records as json)) as r(
        client_id uuid, document_id uuid, credited_ore bigint, paid_ore bigint, settled_on date)
    where c.client_id = r.client_id and c.document_id = r.document_id
    """
)
