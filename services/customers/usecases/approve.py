"""Approve what another person asked for: it takes effect in the same transaction."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import UUID

from services.customers.usecases import request_account, request_key
from services.customers.usecases.change_account import change_account
from services.customers.usecases.issue_approved_key import issue_approved_key
from shared.approvals import Approval, Person
from shared.db import approvals
from shared.db.database import UnitOfWork

_EFFECTS: Final[Mapping[str, Callable[[UnitOfWork, Approval], Awaitable[UUID]]]] = {
    request_account.KIND: change_account,
    request_key.KIND: issue_approved_key,
}


async def approve(work: UnitOfWork, approval_id: UUID, by: Person) -> Approval:
    """Raises what `lock_approvable` raises, ApprovalOvertaken, and what the effect raises."""
    waiting = await approvals.lock_approvable(work.session, approval_id, by, work.clock.now())
    result_id = await _EFFECTS[waiting.kind](work, waiting)
    approved = waiting.approved(by, work.clock.now(), result_id)
    await approvals.save_decided(work.session, approved)
    return approved
