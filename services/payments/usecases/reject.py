"""Reject what was asked for, or withdraw it."""

from uuid import UUID

from shared.approvals import Approval, Person
from shared.db import approvals
from shared.db.database import UnitOfWork


async def reject(work: UnitOfWork, approval_id: UUID, by: Person, reason: str) -> Approval:
    """Raises ApprovalNotFound, ApprovalDecided, ApprovalExpired."""
    waiting = await approvals.lock(work.session, approval_id)
    rejected = waiting.rejected(by, work.clock.now(), reason)
    await approvals.save_decided(work.session, rejected)
    return rejected
