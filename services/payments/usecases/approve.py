"""Approve the import of a bank file that another person asked for: it is imported in the same transaction."""

from uuid import UUID

from services.payments.domain.bank_file import ReceivedFile
from services.payments.usecases.import_bank_file import import_bank_file
from shared.approvals import Approval, ApprovalOvertaken, Person
from shared.db import approvals
from shared.db.database import UnitOfWork


async def approve(work: UnitOfWork, approval_id: UUID, by: Person, received: ReceivedFile) -> Approval:
    """`received` is the file that waits. Raises what `lock_approvable` and the import raise, and ApprovalOvertaken when
    it was imported meanwhile."""
    waiting = await approvals.lock_approvable(work.session, approval_id, by, work.clock.now())
    assert received.digests.sha256 == waiting.after["sha256"], "another file than the one that was asked for"
    imported = await import_bank_file(work, waiting.client_id, received)
    if imported.already_imported:
        raise ApprovalOvertaken
    approved = waiting.approved(by, work.clock.now(), imported.columns["id"])
    await approvals.save_decided(work.session, approved)
    return approved
