"""Keep that a bank file was refused, and why, so that whoever looks at the list of files sees it."""

from dataclasses import asdict
from uuid import UUID

from services.payments.domain.bank_file import content_sha256
from services.payments.errors import REFUSALS, BankFileRefused
from services.payments.store import bank_files
from shared.db.database import UnitOfWork
from shared.ids import new_id
from shared.problems import refusal_of


async def reject_bank_file(work: UnitOfWork, owner: UUID, data: bytes, sha256: str, refused: BankFileRefused) -> None:
    """In a transaction of its own: that of the import has been rolled back. `owner` is whoever sent the file."""
    refusal = refusal_of(refused, REFUSALS)
    if refusal is None:
        raise AssertionError(f"{type(refused).__name__} has no entry in the table of refusals")
    rejection = {
        "code": refusal.code,
        "nb": refusal.text("nb", refused.events),
        "en": refusal.text("en", refused.events),
        "problems": [asdict(problem) for problem in refused.problems],
    }
    values = {
        "client_id": owner,
        "sha256": sha256,
        "content_sha256": content_sha256(data),
        "rejection": rejection,
    }
    await bank_files.add_rejected(work, new_id(), values)
