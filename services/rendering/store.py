"""Every query of the rendering service."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.rendering.domain.outcome import Artefact, Held
from services.rendering.domain.presentation import ClientLogo, Presentation
from services.rendering.tables import ArtefactRow, ClientLogoRow, HeldRow, PresentationRow
from shared.db.bulk import for_chunks, run_chunks
from shared.db.snapshots import upsert_newer
from shared.db.sql import run, run_many
from shared.values import Purpose


class DocumentKey(NamedTuple):
    client_id: UUID
    document_id: UUID


class ArtefactKey(NamedTuple):
    document: DocumentKey
    purpose: Purpose


@dataclass(frozen=True)
class StoredArtefact:
    document: DocumentKey
    artefact: Artefact
    rendered_at: datetime


@dataclass(frozen=True)
class StoredHold:
    """`content` is document-confirmed as JSON; None for documents held before it was kept."""

    document: DocumentKey
    held: Held
    held_at: datetime
    content: str | None


async def lock(session: AsyncSession, documents: Iterable[DocumentKey]) -> None:
    """Until the transaction ends nobody else gives these documents files or holds them: a document is one or the
    other."""
    await run(session, _LOCK, documents=sorted(document.document_id for document in documents))


async def add_artefacts(session: AsyncSession, artefacts: Sequence[StoredArtefact]) -> set[ArtefactKey]:
    """Add each artefact unless its document has one for the purpose already; the keys of those that were added."""
    return {
        ArtefactKey(DocumentKey(row.client_id, row.document_id), row.purpose)
        async for rows in for_chunks(session, _ADD, artefacts, _artefact_record)
        for row in rows
    }


async def artefacts_of(session: AsyncSession, document: DocumentKey) -> list[StoredArtefact]:
    """The document's files, by purpose; empty when it has none."""
    statement = (
        select(ArtefactRow)
        .where(ArtefactRow.client_id == document.client_id, ArtefactRow.document_id == document.document_id)
        .order_by(col(ArtefactRow.purpose))
    )
    rows = (await session.exec(statement)).all()
    return [StoredArtefact(document, Artefact.model_validate(row), row.rendered_at) for row in rows]


async def hold(session: AsyncSession, hold: StoredHold) -> bool:
    """Store why a document is held. Whether the reason is new or another than before."""
    held = hold.held
    values = {"code": held.code, "reason": held.reason, "held_at": hold.held_at, "content": hold.content}
    statement = (
        insert(HeldRow)
        .values(**hold.document._asdict(), **values)
        .on_conflict_do_update(
            index_elements=["client_id", "document_id"],
            set_=values,
            where=sa.or_(col(HeldRow.code) != held.code, col(HeldRow.reason) != held.reason),
        )
        .returning(col(HeldRow.document_id))
    )
    return (await run(session, statement)).first() is not None


async def hold_of(session: AsyncSession, document: DocumentKey) -> StoredHold | None:
    row = await session.get(HeldRow, tuple(document))
    return None if row is None else _stored_hold(row)


async def holds(session: AsyncSession, limit: int, after: UUID | None) -> list[StoredHold]:
    """What is held, by document, of every client in the transaction's scope."""
    statement = select(HeldRow).order_by(col(HeldRow.document_id)).limit(limit)
    if after is not None:
        statement = statement.where(col(HeldRow.document_id) > after)
    return [_stored_hold(row) for row in (await session.exec(statement)).all()]


async def release(session: AsyncSession, documents: Sequence[DocumentKey]) -> None:
    """Hold these documents no longer: they have been rendered."""
    await run_chunks(session, _RELEASE, documents, DocumentKey._asdict)


async def add_presentation(
    session: AsyncSession, document: DocumentKey, presentation: Presentation, key_id: UUID, at: datetime
) -> None:
    session.add(PresentationRow(**document._asdict(), **presentation.model_dump(), key_id=key_id, presented_at=at))
    await session.flush()


async def presentation_of(session: AsyncSession, document: DocumentKey) -> Presentation | None:
    """How the document was made to look instead; None when it looks as it was confirmed."""
    row = await session.get(PresentationRow, tuple(document))
    return None if row is None else Presentation.model_validate(row)


async def keep_logos(session: AsyncSession, logos: Sequence[ClientLogo]) -> None:
    """Keep the newest logo of each client."""
    rows = sorted(logos, key=lambda logo: logo.client_id)
    await run_many(session, _KEEP_LOGO, [asdict(row) for row in rows])


async def current_logo(session: AsyncSession, client_id: UUID) -> str | None:
    row = await session.get(ClientLogoRow, client_id)
    return None if row is None else row.logo


def _stored_hold(row: HeldRow) -> StoredHold:
    document = DocumentKey(row.client_id, row.document_id)
    return StoredHold(document, Held(row.code, row.reason), row.held_at, row.content)


def _artefact_record(stored: StoredArtefact) -> dict[str, Any]:
    return stored.document._asdict() | stored.artefact.model_dump() | {"rendered_at": stored.rendered_at}


_KEEP_LOGO = upsert_newer("client_logo", keys=("client_id",), changing=("logo",))

_LOCK = sa.text(
    "select pg_advisory_xact_lock(hashtextextended(document_id::text, 0)) "
    "from unnest(cast(:documents as uuid[])) with ordinality as d(document_id, position) order by position"
)
_ADD = sa.text("""
    insert into artefact (
        client_id, document_id, purpose, layout_version, sha256, media_type, size_bytes, pages, filename, rendered_at)
    select
        client_id, document_id, purpose, layout_version, sha256, media_type, size_bytes, pages, filename, rendered_at
    from json_to_recordset(cast(:records as json)) as r(
        client_id uuid, document_id uuid, purpose text, layout_version text, sha256 text, media_type text,
        size_bytes bigint, pages int, filename text, rendered_at timestamptz)
    on conflict (client_id, document_id, purpose) do nothing
    returning client_id, document_id, purpose
""")

_RELEASE = sa.text("""
    delete from held
    using json_to_recordset(cast(:records as json)) as r(client_id uuid, document_id uuid)
    where held.client_id = r.client_id and held.document_id = r.document_id
""")
