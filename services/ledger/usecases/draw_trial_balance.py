"""Draw up the trial balance (saldobalanse) of a period."""

from uuid import UUID

from services.ledger.domain.reports import Period, TrialBalanceLine
from services.ledger.store import accounts
from shared.db.database import UnitOfWork


async def draw_trial_balance(work: UnitOfWork, client_id: UUID, period: Period) -> list[TrialBalanceLine]:
    return await accounts.trial_balance(work.session, client_id, period)
