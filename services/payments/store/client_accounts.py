"""This service's copy of the clients' accounts, to find the owner of each."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.booking import AccountOwner
from services.payments.domain.client_account import ClientAccount
from shared.db.snapshots import upsert_newer
from shared.db.sql import fetch, run
from shared.kid import KidAgreement, KidAlgorithm


async def save(session: AsyncSession, client_account: ClientAccount) -> None:
    """An older snapshot never replaces a newer one, and an account that the client has left stays known."""
    await run(
        session,
        _SAVE,
        client_id=client_account.client_id,
        account=client_account.account,
        version=client_account.version,
        kid_algorithm=client_account.agreement.algorithm.value,
        kid_length=client_account.agreement.length,
    )


async def owners(session: AsyncSession, client_id: UUID | None, accounts: Iterable[str]) -> dict[str, AccountOwner]:
    """The owner of each account; omits unknown and ambiguous accounts. With a client, only its own accounts.

    A client that uses an account now takes precedence over those that have left it.
    """
    candidates: dict[str, list[sa.Row[Any]]] = defaultdict(list)
    for row in await fetch(session, _OWNERS, accounts=sorted(accounts), client_id=client_id):
        candidates[row.account].append(row)
    return {account: owner for account, rows in candidates.items() if (owner := _owner(rows)) is not None}


def _owner(rows: list[sa.Row[Any]]) -> AccountOwner | None:
    candidates = [row for row in rows if row.in_use] or rows
    if len(candidates) != 1:
        return None
    [row] = candidates
    return AccountOwner(row.client_id, KidAgreement(KidAlgorithm(row.kid_algorithm), row.kid_length))


_SAVE: Final = upsert_newer("client_account", keys=("client_id", "account"), changing=("kid_algorithm", "kid_length"))
_OWNERS: Final = sa.text(
    """
    select a.client_id, a.account, a.kid_algorithm, a.kid_length,
           a.version = (select max(version) from client_account n where n.client_id = a.client_id) as in_use
    from client_account a
    where a.account = any(:accounts) and (cast(:client_id as uuid) is null or a.client_id = :client_id)
    """
)
