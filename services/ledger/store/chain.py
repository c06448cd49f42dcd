"""Verifies the hash chain: reads every client's books from the first entry to the last."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.ledger.domain.chain import Head, check_chain
from services.ledger.store import entries
from shared.db.sql import fetch

CHUNK = 1000
_HEADS = sa.text("select client_id, next_number, last_hash from ledger_head order by client_id")


async def broken_links(session: AsyncSession) -> list[str]:
    """The faults of all chains, one line each: a changed, missing or foreign entry, or a head that does not match."""
    heads = await fetch(session, _HEADS)
    faults: list[str] = []
    for row in heads:
        faults += await _broken_links_of(session, row.client_id, Head(row.next_number, row.last_hash))
    return faults


async def _broken_links_of(session: AsyncSession, client_id: UUID, stated: Head) -> list[str]:
    faults: list[str] = []
    head = Head()
    while chunk := await entries.after_number(session, client_id, head.next_number - 1, CHUNK):
        chunk_faults, head = check_chain(head, chunk)
        faults += chunk_faults
    if head != stated:
        faults.append(
            f"client {client_id}: the next entry is {head.next_number}, but the head has {stated.next_number}"
        )
    return faults
