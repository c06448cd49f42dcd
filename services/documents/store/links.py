"""The links between documents and what they are made from."""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.documents.domain.links import Link
from shared.db.sql import run

_COLUMNS = ", ".join(field.name for field in fields(Link))
_ADD = sa.text(
    f"""
    insert into document_link ({_COLUMNS}, created_at)
    values ({", ".join(f":{field.name}" for field in fields(Link))}, :now)
    """  # noqa: S608  # columns of our own
)
_OF = sa.text(
    f"select {_COLUMNS} from document_link "  # noqa: S608  # columns of our own
    "where client_id = :client_id and (from_id = :id or to_id = :id) order by relation, ordinal, from_id"
)


async def add(session: AsyncSession, link: Link, now: datetime) -> None:
    """Add a link. The caller holds a lock on the target, so that the links which it has read are all there are."""
    await run(session, _ADD, **vars(link), now=now)


async def links_of(session: AsyncSession, client_id: UUID, identity: UUID) -> list[Link]:
    """All links from and to a document, or to an order."""
    rows = await run(session, _OF, client_id=client_id, id=identity)
    return [Link(**row) for row in rows.mappings()]
