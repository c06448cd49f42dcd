"""Drafts and confirmed documents, always within one client."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.documents.domain.document import Status, StoredDocument, WholeDocument
from services.documents.domain.draft import Draft
from services.documents.domain.errors import AlreadyConfirmed, ExternalIdTaken
from services.documents.domain.pricing import Priced
from services.documents.store.translated import translated
from shared.contracts.documents import DocumentConfirmed
from shared.db.sql import fetch, run
from shared.values import DocumentKind

_CREDIT_NOTE = """(
    select note.document_id from document note
    where note.client_id = document.client_id and note.kind = 'credit_note' and note.refers_to_id = document.document_id
) as credit_note_id"""
_ROW = ", ".join(_CREDIT_NOTE if field.name == "credit_note_id" else field.name for field in fields(StoredDocument))
_WHOLE = f"{_ROW}, draft::text as draft, snapshot::text as snapshot"

# ruff: noqa: S608  # the column lists that are put into these statements are our own
_LOCK = sa.text(
    f"""
    select {_WHOLE} from document
    where client_id = :client_id and kind = :kind and document_id = any(cast(:ids as uuid[]))
    order by document_id for update of document
    """
)
_FIND = sa.text(
    f"select {_WHOLE} from document where client_id = :client_id and kind = :kind and document_id = :document_id"
)
_LIST = sa.text(
    f"""
    select {_ROW} from document where client_id = :client_id and kind = :kind
        and (cast(:status as text) is null or status = :status)
        and (cast(:customer_id as uuid) is null or customer_id = :customer_id)
        and (cast(:after as uuid) is null or document_id < :after)
    order by document_id desc limit :limit
    """
)
_MADE_FROM = sa.text(
    "select document_id from document where client_id = :client_id and kind = :kind and refers_to_id = :document_id "
    "and reminder_level is not distinct from cast(:level as int)"
)
_ADD_DRAFT = sa.text(
    """
    insert into document (client_id, document_id, kind, status, version, external_id, customer_id, customer_name,
                          draft, net_ore, mva_ore, total_ore, payable_ore, paid_ore, created_at)
    values (:client_id, :document_id, :kind, 'draft', 1, :external_id, :customer_id, :customer_name,
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
    where client_id = :client_id and document_id = :document_id and status = 'draft'
    """
)
_DROP_DRAFT = sa.text(
    "delete from document where client_id = :client_id and document_id = :document_id and status = 'draft'"
)

# One statement for drafts that are issued and for documents that are made whole (credit notes, reminders). Every
# column is read out of the snapshot, and its hash is of the very text that is stored.
_CONFIRM = sa.text(
    """
    with told as (
        select whole, whole->'document' as summary from unnest(cast(:snapshots as jsonb[])) as whole
    ), saved as (
        insert into document (client_id, document_id, kind, status, version, customer_id, customer_name, series,
                              number, document_date, due_date, account, kid, net_ore, mva_ore, total_ore, payable_ore,
                              refers_to_id, reminder_level, snapshot, snapshot_sha256, delivery_state, paid_ore,
                              created_at, confirmed_at)
        select (summary->>'client_id')::uuid, (summary->>'document_id')::uuid, summary->>'kind', 'confirmed', 1,
               (summary->>'customer_id')::uuid, summary->>'customer_name', summary->>'series',
               (summary->>'number')::bigint, (summary->>'document_date')::date,
               (summary->>'due_date')::date, summary->>'account', summary->>'kid',
               (summary->>'net_ore')::bigint, (summary->>'mva_ore')::bigint, (summary->>'total_ore')::bigint,
               (summary->>'payable_ore')::bigint, (summary#>>'{refers_to,document_id}')::uuid,
               (summary->>'reminder_level')::int, whole, encode(sha256(convert_to(whole::text, 'UTF8')), 'hex'),
               'pending', 0, :now, :now
        from told
        on conflict (client_id, document_id) do update
        set status = excluded.status, version = document.version + 1, customer_id = excluded.customer_id,
            customer_name = excluded.customer_name, series = excluded.series, number = excluded.number,
            document_date = excluded.document_date, due_date = excluded.due_date, account = excluded.account,
            kid = excluded.kid, net_ore = excluded.net_ore, mva_ore = excluded.mva_ore, total_ore = excluded.total_ore,
            payable_ore = excluded.payable_ore, refers_to_id = excluded.refers_to_id, snapshot = excluded.snapshot,
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


@dataclass(frozen=True)
class SavedDraft:
    """A draft with what follows from it: the customer's name and the amounts at today's rates."""

    client_id: UUID
    document_id: UUID
    draft: Draft
    customer_name: str
    priced: Priced

    def values(self) -> dict[str, Any]:
        return {
            "client_id": self.client_id,
            "document_id": self.document_id,
            "customer_id": self.draft.customer_id,
            "customer_name": self.customer_name,
            "draft": self.draft.model_dump_json(),
            "net_ore": self.priced.net_ore,
            "mva_ore": self.priced.mva_ore,
            "total_ore": self.priced.total_ore,
        }


@dataclass(frozen=True)
class Filter:
    """Which documents to list: newest first, before `after`."""

    client_id: UUID
    kind: DocumentKind
    limit: int
    after: UUID | None = None
    status: Status | None = None
    customer_id: UUID | None = None


async def lock(session: AsyncSession, client_id: UUID, kind: DocumentKind, ids: Sequence[UUID]) -> list[WholeDocument]:
    """The documents, locked in the order of their ids: everyone locks in that order, and a series only afterwards."""
    async with translated():
        rows = await fetch(session, _LOCK, client_id=client_id, kind=kind, ids=list(ids))
    return [_whole(row) for row in rows]


async def find(session: AsyncSession, client_id: UUID, kind: DocumentKind, document_id: UUID) -> WholeDocument | None:
    rows = await fetch(session, _FIND, client_id=client_id, kind=kind, document_id=document_id)
    return _whole(rows[0]) if rows else None


async def listed(session: AsyncSession, wanted: Filter) -> list[StoredDocument]:
    return [_row(row) for row in await fetch(session, _LIST, **vars(wanted))]


async def made_from(
    session: AsyncSession, client_id: UUID, kind: DocumentKind, document_id: UUID, level: int | None = None
) -> UUID | None:
    """The document of this kind (and reminder level) that was made from another, if there is one."""
    values = {"client_id": client_id, "kind": kind, "document_id": document_id, "level": level}
    found: UUID | None = (await run(session, _MADE_FROM, **values)).scalar()
    return found


async def add_draft(
    session: AsyncSession, kind: DocumentKind, saved: SavedDraft, external_id: str | None, now: datetime
) -> None:
    """Keep a new draft; ExternalIdTaken names the document that has the external id already."""
    values = {**saved.values(), "kind": kind, "external_id": external_id, "now": now}
    async with translated():
        added = await fetch(session, _ADD_DRAFT, **values)
    if not added:
        holder = await run(session, _BY_EXTERNAL_ID, client_id=saved.client_id, external_id=external_id)
        raise ExternalIdTaken(pointer="/external_id", external_id=external_id, document_id=holder.scalar_one())


async def change_draft(session: AsyncSession, saved: SavedDraft) -> None:
    await run(session, _CHANGE_DRAFT, **saved.values())


async def drop_draft(session: AsyncSession, client_id: UUID, document_id: UUID) -> None:
    await run(session, _DROP_DRAFT, client_id=client_id, document_id=document_id)


async def save_confirmed(session: AsyncSession, events: Sequence[DocumentConfirmed], now: datetime) -> None:
    """Freeze documents under their numbers, and begin their timelines. AlreadyIssued when one of them was no draft."""
    snapshots = [event.model_dump_json() for event in events]
    async with translated():
        confirmed = (await run(session, _CONFIRM, snapshots=snapshots, now=now)).scalar_one()
    if confirmed != len(events):
        raise AlreadyConfirmed


def _row(row: sa.Row[Any]) -> StoredDocument:
    return StoredDocument(**{field.name: getattr(row, field.name) for field in fields(StoredDocument)})


def _whole(row: sa.Row[Any]) -> WholeDocument:
    draft, snapshot = row.draft, row.snapshot
    return WholeDocument(
        row=_row(row),
        draft=None if draft is None else Draft.model_validate_json(draft),
        snapshot=None if snapshot is None else DocumentConfirmed.model_validate_json(snapshot),
    )
