"""The copy of the clients: whose each account is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.payments.domain.bank_file import AccountOwner
from services.payments.domain.matching import Agreements
from shared.contracts.customers import ClientChanged
from shared.db.sql import fetch, run
from shared.kid import KidAgreement, KidAlgorithm


async def keep(session: AsyncSession, client: ClientChanged) -> None:
    """Keep the client's account; an older snapshot never replaces a newer, and an account left behind stays known."""
    values = {
        "client_id": client.client_id,
        "account": client.bank_account,
        "version": client.version,
        "kid_algorithm": client.kid.algorithm,
        "kid_length": client.kid.length,
    }
    await run(session, _KEEP, **values)


async def owners(session: AsyncSession, client_id: UUID | None, accounts: Iterable[str]) -> dict[str, AccountOwner]:
    """The owner of each account; without those that nobody has, or of which it cannot be told whose they are.

    With a client, only that client's own accounts. An account in use goes before one left behind.
    """
    found: dict[str, list[sa.Row[Any]]] = defaultdict(list)
    for row in await fetch(session, _OWNERS, accounts=sorted(accounts), client_id=client_id):
        found[row.account].append(row)
    return {account: owner for account, of_it in found.items() if (owner := _owner(of_it)) is not None}


def agreements(owners: Mapping[str, AccountOwner]) -> Agreements:
    """What KIDs are checked against, by client and account."""
    return {(owner.client_id, account): owner.agreement for account, owner in owners.items()}


def _owner(claimed: list[sa.Row[Any]]) -> AccountOwner | None:
    candidates = [row for row in claimed if row.in_use] or claimed
    if len(candidates) != 1:
        return None
    row = candidates[0]
    return AccountOwner(row.client_id, KidAgreement(KidAlgorithm(row.kid_algorithm), row.kid_length))


_KEEP: Final = sa.text(
    """
    insert into client_account (client_id, account, version, kid_algorithm, kid_length)
    values (:client_id, :account, :version, :kid_algorithm, :kid_length)
    on conflict (client_id, account) do update
    set version = excluded.version, kid_algorithm = excluded.kid_algorithm, kid_length = excluded.kid_length
    where client_account.version < excluded.version
    """
)
_OWNERS: Final = sa.text(
    """
    select a.client_id, a.account, a.kid_algorithm, a.kid_length,
           a.version = (select max(version) from client_account n where n.client_id = a.client_id) as in_use
    from client_account a
    where a.account = any(:accounts) and (cast(:client_id as uuid) is null or a.client_id = :client_id)
    """
)
