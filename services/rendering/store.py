"""Every query of the rendering service."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import RowMapping
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.rendering.tables import ArtefactRow, HeldRow
from shared.contracts.values import Artefact
from shared.db.sql import run
from shared.ids import new_id

SENT = "sent"
"""The purpose of the file that goes to the buyer."""


@dataclass(frozen=True)
class Stored:
    """An artefact as it lies in the database."""

    artefact: Artefact
    layout_version: str
    rendered_at: datetime


@dataclass(frozen=True)
class NewFile:
    """An artefact to keep, and whose it is."""

    client_id: UUID
    document_id: UUID
    stored: Stored


@dataclass(frozen=True)
class Hold:
    """Why a document could not be rendered."""

    code: str
    reason: str
    held_at: datetime


async def add_artefacts(session: AsyncSession, files: Sequence[NewFile]) -> set[UUID]:
    """Keep each artefact unless its document has one already; the documents whose artefact was kept."""
    rows = [
        {
            "id": new_id(),
            "client_id": file.client_id,
            "document_id": file.document_id,
            "purpose": SENT,
            "layout_version": file.stored.layout_version,
            "rendered_at": file.stored.rendered_at,
            **file.stored.artefact.model_dump(),
        }
        for file in files
    ]
    statement = (
        insert(ArtefactRow)
        .on_conflict_do_nothing(index_elements=["client_id", "document_id", "purpose"])
        .returning(col(ArtefactRow.document_id))
    )
    return {row.document_id for row in await (await session.connection()).execute(statement, rows)}


async def artefact_of(session: AsyncSession, client_id: UUID, document_id: UUID) -> Stored | None:
    statement = sa.select(ArtefactRow.__table__).where(  # type: ignore[attr-defined]  # SQLModel sets it on tables
        col(ArtefactRow.client_id) == client_id,
        col(ArtefactRow.document_id) == document_id,
        col(ArtefactRow.purpose) == SENT,
    )
    row = (await run(session, statement)).mappings().first()
    return None if row is None else Stored(_artefact(row), row["layout_version"], row["rendered_at"])


async def hold(session: AsyncSession, client_id: UUID, document_id: UUID, why: Hold) -> bool:
    """Note down why a document is held; whether that is news."""
    statement = insert(HeldRow).values(
        client_id=client_id, document_id=document_id, code=why.code, reason=why.reason, held_at=why.held_at
    )
    news = statement.on_conflict_do_update(
        index_elements=["client_id", "document_id"],
        set_={"code": why.code, "reason": why.reason, "held_at": why.held_at},
        where=sa.or_(col(HeldRow.code) != why.code, col(HeldRow.reason) != why.reason),
    ).returning(col(HeldRow.document_id))
    return (await run(session, news)).first() is not None


async def hold_of(session: AsyncSession, client_id: UUID, document_id: UUID) -> Hold | None:
    statement = sa.select(col(HeldRow.code), col(HeldRow.reason), col(HeldRow.held_at)).where(
        col(HeldRow.client_id) == client_id, col(HeldRow.document_id) == document_id
    )
    row = (await run(session, statement)).first()
    return None if row is None else Hold(row.code, row.reason, row.held_at)


async def release(session: AsyncSession, files: Sequence[NewFile]) -> None:
    """These documents have been rendered after all."""
    documents = [(file.client_id, file.document_id) for file in files]
    held = sa.tuple_(col(HeldRow.client_id), col(HeldRow.document_id)).in_(documents)
    await run(session, sa.delete(HeldRow).where(held))


def _artefact(row: RowMapping) -> Artefact:
    return Artefact(**{name: row[name] for name in Artefact.model_fields})
