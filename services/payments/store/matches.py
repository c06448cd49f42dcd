"""Matches of payments with claims, and what was sent back to payers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.claim import ClaimKey
from services.payments.domain.matching import Matched
from services.payments.domain.payment import Match, RefundedPart, Undone
from services.payments.tables import RefundRow
from shared.db.bulk import Record, run_chunks
from shared.db.sql import fetch, run


async def add(session: AsyncSession, matches: Sequence[Matched]) -> None:
    await run_chunks(session, _ADD, matches, _match_record)


async def holding(session: AsyncSession, client_id: UUID, payment_ids: Sequence[UUID]) -> list[Match]:
    """The matches of these payments that hold, in the order in which they were made."""
    rows = await fetch(session, _HOLDING, client_id=client_id, payment_ids=list(payment_ids))
    return [_match(row) for row in rows]


async def find(session: AsyncSession, client_id: UUID, payment_id: UUID, match_id: UUID) -> sa.Row[Any] | None:
    """A match of the payment, with the day it was undone."""
    rows = await fetch(session, _FIND, client_id=client_id, payment_id=payment_id, id=match_id)
    return rows[0] if rows else None


async def add_undone(session: AsyncSession, matches: Sequence[Match], undone: Undone) -> None:
    """They must hold; the clients must be locked."""

    def record(match: Match) -> Record:
        return {
            "client_id": match.claim.client_id,
            "match_id": match.match_id,
            "undone_on": undone.on,
            "reason": undone.reason,
        }

    await run_chunks(session, _UNDO, matches, record)


async def add_refund(session: AsyncSession, client_id: UUID, refund: RefundedPart, now: datetime) -> None:
    columns = {**vars(refund), "client_id": client_id, "refunded_at": now}
    await run(session, sa.insert(RefundRow.metadata.tables["refund"]).values(columns))


def _match(row: sa.Row[Any]) -> Match:
    return Match(row.id, row.payment_id, ClaimKey(row.client_id, row.document_id), row.amount_ore)


def _match_record(match: Matched) -> Record:
    return {
        "client_id": match.receipt.client_id,
        "id": match.match_id,
        "payment_id": match.receipt.payment_id,
        "document_id": match.claim.document_id,
        "amount_ore": match.receipt.amount_ore,
        "kind": match.kind,
        "remaining_ore": match.remaining_ore,
        "matched_on": match.matched_on,
        "from_clearing": match.cleared_on is not None,
    }


_ADD: Final = sa.text(
    """
    insert into match (client_id, id, payment_id, document_id, amount_ore, kind, remaining_ore, matched_on,
                       from_clearing)
    select client_id, id, payment_id, document_id, amount_ore, kind, remaining_ore, matched_on, from_clearing
    from json_to_recordset(cast(:records as json)) as r(
        client_id uuid, id uuid, payment_id uuid, document_id uuid, amount_ore bigint, kind text, remaining_ore bigint,
        matched_on date, from_clearing boolean)
    """
)
_HOLDING: Final = sa.text(
    """
    select m.client_id, m.id, m.payment_id, m.document_id, m.amount_ore from match m
    where m.client_id = :client_id and m.payment_id = any(:payment_ids)
      and not exists (select from undone_match u where u.client_id = m.client_id and u.match_id = m.id)
    order by m.matched_at, m.id
    """
)
_FIND: Final = sa.text(
    """
    select m.client_id, m.id, m.payment_id, m.document_id, m.amount_ore, u.undone_on
    from match m left join undone_match u on u.client_id = m.client_id and u.match_id = m.id
    where m.client_id = :client_id and m.payment_id = :payment_id and m.id = :id
    """
)
_UNDO: Final = sa.text(
    """
    insert into undone_match (client_id, match_id, undone_on, reason)
    select client_id, match_id, undone_on, reason
    from json_to_recordset(cast(:records as json)) as r(client_id uuid, match_id uuid, undone_on date, reason text)
    """
)
