"""List entries."""

from uuid import UUID

from services.ledger.domain.entry import Entry
from services.ledger.domain.reports import EntryFilter
from services.ledger.store import entries
from shared.db.database import UnitOfWork


async def list_entries(
    work: UnitOfWork, client_id: UUID, wanted: EntryFilter, limit: int, after: UUID | None
) -> list[Entry]:
    """The client's entries in the order of the books, at most `limit`, from the one after the entry `after`."""
    return await entries.find(work.session, client_id, wanted, limit, after)
