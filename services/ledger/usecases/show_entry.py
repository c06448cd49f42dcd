"""Show one entry."""

from uuid import UUID

from services.ledger.domain.entry import Entry
from services.ledger.domain.errors import EntryUnknown
from services.ledger.store import entries
from shared.db.database import UnitOfWork


async def show_entry(work: UnitOfWork, client_id: UUID, entry_id: UUID) -> Entry:
    """The client's entry; EntryUnknown also when it is another client's."""
    found = await entries.get(work.session, client_id, entry_id)
    if found is None:
        raise EntryUnknown(entry_id=entry_id)
    return found
