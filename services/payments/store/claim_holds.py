"""Claims on hold, now and before."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.claim import ClaimKey
from services.payments.domain.claim_hold import ClaimHold, Signature
from services.payments.tables import ClaimHoldRow
from shared.db.sql import fetch, run


async def of_claims(session: AsyncSession, keys: Sequence[ClaimKey]) -> dict[ClaimKey, list[ClaimHold]]:
    """The holds of each claim, oldest first; also those that have ended."""
    holds: dict[ClaimKey, list[ClaimHold]] = {key: [] for key in keys}
    rows = await fetch(
        session,
        _OF_CLAIMS,
        client_ids=[key.client_id for key in keys],
        document_ids=[key.document_id for key in keys],
    )
    for row in rows:
        holds[ClaimKey(row.client_id, row.document_id)].append(_hold(row))
    return holds


async def add(session: AsyncSession, client_id: UUID, hold: ClaimHold) -> None:
    """The claim must be locked."""
    columns = {
        "client_id": client_id,
        "id": hold.id,
        "document_id": hold.document_id,
        "reason": hold.reason,
        "until": hold.until,
        "held_on": hold.held.on,
        "held_key_id": hold.held.key_id,
        "held_by": hold.held.holder,
    }
    await run(session, sa.insert(ClaimHoldRow.metadata.tables["claim_hold"]).values(columns))


async def save_release(session: AsyncSession, client_id: UUID, hold_id: UUID, by: Signature) -> None:
    """The claim must be locked."""
    await run(session, _RELEASE, client_id=client_id, id=hold_id, on=by.on, key_id=by.key_id, holder=by.holder)


def _hold(row: sa.Row[Any]) -> ClaimHold:
    is_released = row.released_on is not None
    return ClaimHold(
        id=row.id,
        document_id=row.document_id,
        reason=row.reason,
        until=row.until,
        held=Signature(row.held_on, row.held_key_id, row.held_by),
        released=Signature(row.released_on, row.released_key_id, row.released_by) if is_released else None,
    )


_OF_CLAIMS: Final = sa.text(
    """
    select h.* from claim_hold h
    join unnest(cast(:client_ids as uuid[]), cast(:document_ids as uuid[])) as k(client_id, document_id)
        using (client_id, document_id)
    order by h.id
    """
)
_RELEASE: Final = sa.text(
    """
    update claim_hold set released_on = :on, released_key_id = :key_id, released_by = :holder
    where client_id = :client_id and id = :id
    """
)
