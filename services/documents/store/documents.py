"""Draft invoices and confirmed documents, always within one client."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.documents.domain.confirmed import ConfirmedDocument, read_confirmed
from services.documents.domain.document import Document, DocumentRow
from services.documents.domain.draft import Draft
from services.documents.domain.errors import AlreadyConfirmed, DocumentNotFound, ExternalIdTaken
from services.documents.domain.pricing import PricedDraft
from services.documents.store.drafts import SalesQuery, draft_values
from services.documents.store.refusals import refusals
from shared.db.bulk import as_array
from shared.db.sql import fetch, run
from shared.values import DocumentKind

_CREDITED = """(
    select coalesce(sum(link.amount_ore), 0)::bigint from document_link link
    where link.client_id = document.client_id and link.to_id = document.document_id and link.relation = 'credits'
) as credited_ore"""
_ROW = ", ".join(_CREDITED if field.name == "credited_ore" else field.name for field in fields(DocumentRow))
_WHOLE = f"{_ROW}, draft::text as draft, snapshot::text as snapshot"

# ruff: noqa: S608  # the column lists that are put into these statements are our own
_LOCK = sa.text(
    """
    select document_id from document
    where client_id = :client_id and kind = :kind and document_id = any(cast(:ids as uuid[]))
    order by document_id for update
    """
)
_READ = sa.text(
    f"""
    select {_WHOLE} from document
    where client_id = :client_id and kind = :kind and document_id = any(cast(:ids as uuid[]))
    """
)
_ROWS = sa.text(f"select {_ROW} from document where client_id = :client_id and document_id = any(cast(:ids as uuid[]))")
_LIST = sa.text(
    f"""
    select {_ROW} from document where client_id = :client_id and kind = :kind
        and (cast(:status as text) is null or status = :status)
        and (cast(:customer_id as uuid) is null or customer_id = :customer_id)
        and (cast(:after as uuid) is null or document_id < :after)
    order by document_id desc limit :limit
    """
)
_ADD_DRAFT = sa.text(
    """
    insert into document (client_id, document_id, kind, status, version, external_id, customer_id, customer_name,
                          draft, net_ore, mva_ore, total_ore, payable_ore, paid_ore, created_at)
    values (:client_id, :draft_id, 'invoice', 'draft', 1, :external_id, :customer_id, :customer_name,
            cast(:draft as jsonb), :net_ore, :mva_ore, :total_ore, :total_ore, 0, :now)
    on conflict (client_id, external_id) do nothing returning 1
    """
)
_BY_EXTERNAL_ID = sa.text(
    "select document_id from document where client_id = :client_id and external_id = :external_id"
)
_CHANGE_DRAFT = sa.text(
    """
    update document set version = version + 1, customer_id = :customer_id, customer_name = :customer_name,
        draft = cast(:draft as jsonb), net_ore = :net_ore, mva_ore = :mva_ore, total_ore = :total_ore,
        payable_ore = :total_ore
    where client_id = :client_id and document_id = :draft_id and status = 'draft'
    """
)
_DROP_DRAFT = sa.text(
    "delete from document where client_id = :client_id and document_id = :draft_id and status = 'draft'"
)

# One statement for drafts that are issued and for documents that have no draft (credit notes, reminders). Every column
# is read out of the snapshot, and the hash is of the text that is stored.
_CONFIRM = sa.text(
    """
    with saved as (
        insert into document (client_id, document_id, kind, status, version, customer_id, customer_name, series,
                              number, document_date, due_date, account, kid, net_ore, mva_ore, total_ore, payable_ore,
                              snapshot, snapshot_sha256, delivery_state, paid_ore, created_at, confirmed_at)
        select (snapshot->>'client_id')::uuid, (snapshot->>'document_id')::uuid, snapshot->>'kind', 'confirmed', 1,
               (snapshot#>>'{buyer,customer_id}')::uuid, snapshot#>>'{buyer,name}', snapshot->>'series',
               (snapshot->>'number')::bigint, (snapshot->>'document_date')::date,
               (snapshot->>'due_date')::date, snapshot->>'account', snapshot->>'kid',
               (snapshot->>'net_ore')::bigint, (snapshot->>'mva_ore')::bigint, (snapshot->>'total_ore')::bigint,
               (snapshot->>'payable_ore')::bigint, snapshot,
               encode(sha256(convert_to(snapshot::text, 'UTF8')), 'hex'), 'pending', 0, :now, :now
        from jsonb_array_elements(cast(:snapshots as jsonb)) as snapshot
        on conflict (client_id, document_id) do update
        set status = excluded.status, version = document.version + 1, customer_id = excluded.customer_id,
            customer_name = excluded.customer_name, series = excluded.series, number = excluded.number,
            document_date = excluded.document_date, due_date = excluded.due_date, account = excluded.account,
            kid = excluded.kid, net_ore = excluded.net_ore, mva_ore = excluded.mva_ore, total_ore = excluded.total_ore,
            payable_ore = excluded.payable_ore, snapshot = excluded.snapshot,
            snapshot_sha256 = excluded.snapshot_sha256, delivery_state = excluded.delivery_state,
            confirmed_at = excluded.confirmed_at
        where document.status = 'draft' and document.kind = excluded.kind
        returning client_id, document_id, document_date
    ), noted as (
        insert into document_event (client_id, document_id, what, key, on_date, detail)
        select client_id, document_id, 'confirmed', '', document_date, '' from saved
        returning 1
    )
    select count(*) from noted
    """
)


async def lock_all(session: AsyncSession, client_id: UUID, kind: DocumentKind, ids: Sequence[UUID]) -> list[Document]:
    """The documents, locked in the order of their ids: everyone locks in that order, and a series only afterwards.

    They are read once the locks are held: a statement that waits for a lock still sees older links.
    """
    async with refusals():
        await run(session, _LOCK, client_id=client_id, kind=kind, ids=list(ids))
    return await _read(session, client_id, kind, ids)


async def lock(session: AsyncSession, client_id: UUID, kind: DocumentKind, document_id: UUID) -> Document:
    """One document, locked; DocumentNotFound also when it is another client's, or of another kind."""
    return _only(await lock_all(session, client_id, kind, [document_id]), document_id)


async def get(session: AsyncSession, client_id: UUID, kind: DocumentKind, document_id: UUID) -> Document:
    """The document; DocumentNotFound also when it is another client's, or of another kind."""
    return _only(await _read(session, client_id, kind, [document_id]), document_id)


async def rows_by_id(session: AsyncSession, client_id: UUID, ids: Iterable[UUID]) -> dict[UUID, DocumentRow]:
    """The documents without their content."""
    rows = await fetch(session, _ROWS, client_id=client_id, ids=list(ids))
    return {row.document_id: _row(row) for row in rows}


async def listed(session: AsyncSession, kind: DocumentKind, query: SalesQuery) -> list[DocumentRow]:
    """Newest first."""
    return [_row(row) for row in await fetch(session, _LIST, kind=kind, **vars(query))]


async def add_draft(session: AsyncSession, draft: PricedDraft, external_id: str | None, now: datetime) -> None:
    """Keep a new draft invoice; ExternalIdTaken names the invoice that has the external id already."""
    added = await fetch(session, _ADD_DRAFT, **draft_values(draft), external_id=external_id, now=now)
    if not added:
        holder = await run(session, _BY_EXTERNAL_ID, client_id=draft.client_id, external_id=external_id)
        raise ExternalIdTaken(pointer="/external_id", external_id=external_id, id=holder.scalar_one())


async def change_draft(session: AsyncSession, draft: PricedDraft) -> None:
    await run(session, _CHANGE_DRAFT, **draft_values(draft))


async def drop_draft(session: AsyncSession, client_id: UUID, draft_id: UUID) -> None:
    await run(session, _DROP_DRAFT, client_id=client_id, draft_id=draft_id)


async def save_confirmed(session: AsyncSession, documents: Sequence[ConfirmedDocument], now: datetime) -> None:
    """Freeze documents, and begin their timelines. AlreadyConfirmed when one of them is confirmed before."""
    snapshots = as_array(document.model_dump_json() for document in documents)
    async with refusals():
        confirmed = (await run(session, _CONFIRM, snapshots=snapshots, now=now)).scalar_one()
    if confirmed != len(documents):
        raise AlreadyConfirmed


async def _read(session: AsyncSession, client_id: UUID, kind: DocumentKind, ids: Sequence[UUID]) -> list[Document]:
    rows = await fetch(session, _READ, client_id=client_id, kind=kind, ids=list(ids))
    return [_whole(row) for row in rows]


def _only(documents: Sequence[Document], document_id: UUID) -> Document:
    if not documents:
        raise DocumentNotFound(document_id=document_id)
    return documents[0]


def _row(row: sa.Row[Any]) -> DocumentRow:
    return DocumentRow(**{field.name: getattr(row, field.name) for field in fields(DocumentRow)})


def _whole(row: sa.Row[Any]) -> Document:
    return Document(
        row=_row(row),
        draft=None if row.draft is None else Draft.model_validate_json(row.draft),
        snapshot=None if row.snapshot is None else read_confirmed(row.snapshot),
    )
