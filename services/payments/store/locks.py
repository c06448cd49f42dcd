"""Advisory locks: only one transaction at a time works on a client's claims and payments.

Otherwise a claim that opens while a file is imported would miss its payment, and the payment its claim. Locks are taken
in sorted order, so that no two transactions deadlock.
"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.errors import ClaimsBusy
from shared.db.errors import LOCK_NOT_AVAILABLE, sqlstate
from shared.db.sql import run


async def lock_clients(session: AsyncSession, client_ids: Iterable[UUID]) -> None:
    """Held until the transaction ends. Raises ClaimsBusy after waiting half a minute."""
    await _lock(session, [f"payments/claims/{client_id}" for client_id in client_ids])


async def _lock(session: AsyncSession, names: list[str]) -> None:
    try:
        await run(session, _TIMEOUT)
        await run(session, _LOCK, names=names)
    except DBAPIError as error:
        if sqlstate(error) == LOCK_NOT_AVAILABLE:
            raise ClaimsBusy from error
        raise


_TIMEOUT: Final = sa.text("set local lock_timeout = '30s'")
# `offset 0` keeps PostgreSQL from merging the subquery, so that the keys are sorted before the first lock is taken.
_LOCK: Final = sa.text(
    """
    select pg_advisory_xact_lock(key) from (
        select distinct hashtextextended(name, 0) as key from unnest(cast(:names as text[])) as name order by 1 offset 0
    ) as sorted
    """
)
