"""Who may touch a client's claims and payments: one transaction at a time, from its first look until it commits.

A claim that opens and a file that is imported at the same moment would else not see each other, and a payment would lie
unmatched beside the claim that it pays. Keys are taken in sorted order, so that no two wait for each other.
"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from psycopg.errors import LockNotAvailable
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.errors import ClaimsBusy
from shared.db.sql import run


async def lock_clients(session: AsyncSession, client_ids: Iterable[UUID]) -> None:
    """Waits until no other transaction is at work on these clients' claims; raises ClaimsBusy after half a minute."""
    await _lock(session, [f"payments/claims/{client_id}" for client_id in client_ids])


async def lock_transmission(session: AsyncSession, transmission: str) -> None:
    """Waits until no other transaction imports the same transmission."""
    await _lock(session, [f"payments/transmission/{transmission}"])


async def _lock(session: AsyncSession, names: list[str]) -> None:
    try:
        await run(session, _PATIENCE)
        await run(session, _LOCK, names=names)
    except DBAPIError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise ClaimsBusy from error
        raise


_PATIENCE: Final = sa.text("set local lock_timeout = '30s'")
# The order by makes the sort happen before the locks are taken: the subquery is a fence.
_LOCK: Final = sa.text(
    """
    select pg_advisory_xact_lock(key) from (
        select distinct hashtextextended(name, 0) as key from unnest(cast(:names as text[])) as name order by 1 offset 0
    ) as sorted
    """
)
