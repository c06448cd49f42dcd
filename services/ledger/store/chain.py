"""Proving the hash chain: every client's books read from the first entry to the last."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.ledger.domain.chain import Head, check_chain
from services.ledger.store import entries
from shared.db.sql import fetch

STRIDE = 1000
_HEADS = sa.text("select client_id, next_number, last_hash from ledger_head order by client_id")


async def broken_links(session: AsyncSession) -> list[str]:
    """What is wrong with any chain, one line each: a changed, missing or foreign entry, or a head beside its books."""
    heads = await fetch(session, _HEADS)
    wrong: list[str] = []
    for row in heads:
        wrong += await _broken_links_of(session, row.client_id, Head(row.next_number, row.last_hash))
    return wrong


async def _broken_links_of(session: AsyncSession, client_id: UUID, stated: Head) -> list[str]:
    wrong: list[str] = []
    head = Head()
    while stride := await entries.after_number(session, client_id, head.next_number - 1, STRIDE):
        faults, head = check_chain(head, stride)
        wrong += faults
    if head != stated:
        wrong.append(f"client {client_id}: the books stand at {head.next_number}, their head says {stated.next_number}")
    return wrong
