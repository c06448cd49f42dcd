"""Store that a bank file was not imported, and why, so that it is listed among the files."""

from uuid import UUID

from services.payments.domain.bank_file import FileDigests, Rejection
from services.payments.domain.errors import BankFileRejected
from services.payments.errors import REFUSALS
from services.payments.store import bank_files
from shared.db.database import UnitOfWork


async def reject_bank_file(work: UnitOfWork, owner: UUID, digests: FileDigests, error: BankFileRejected) -> None:
    """In a transaction of its own, since that of the import was rolled back. `owner` is whoever sent the file."""
    refusal = REFUSALS[type(error)]
    rejection = Rejection(
        code=refusal.code,
        nb=refusal.text("nb", vars(error)),
        en=refusal.text("en", vars(error)),
        problems=error.problems,
    )
    await bank_files.add_rejected(work, owner, digests, rejection)
