"""Approve the import of a bank file that another person asked for: it is imported in the same transaction."""

from uuid import UUID

from services.payments.domain.bank_file import FileDigests
from services.payments.usecases.import_bank_file import import_bank_file
from services.payments.usecases.receive_file import receive_file
from shared.approvals import Approval, ApprovalOvertaken, Person
from shared.db import approvals
from shared.db.database import UnitOfWork
from shared.objects import ObjectStore


async def approve(work: UnitOfWork, objects: ObjectStore, approval_id: UUID, by: Person) -> Approval:
    """Raises what `lock_approvable` and the import raise, and ApprovalOvertaken when it was imported meanwhile."""
    waiting = await approvals.lock_approvable(work.session, approval_id, by, work.clock.now())
    data = await objects.get(waiting.after["sha256"])
    received = await receive_file(data, FileDigests.of(data), waiting.sealed["channel"], work.clock.today())
    imported = await import_bank_file(work, waiting.client_id, received)
    if imported.already_imported:
        raise ApprovalOvertaken
    approved = waiting.approved(by, work.clock.now(), imported.columns["id"])
    await approvals.save_decided(work.session, approved)
    return approved
