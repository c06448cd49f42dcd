"""List the chart of accounts with balances."""

from uuid import UUID

from services.ledger.domain.reports import AccountBalance
from services.ledger.store import accounts
from shared.db.database import UnitOfWork


async def list_accounts(work: UnitOfWork, client_id: UUID) -> list[AccountBalance]:
    return await accounts.balances(work.session, client_id)
