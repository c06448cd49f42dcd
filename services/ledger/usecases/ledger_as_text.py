"""Write out a client's books as text."""

from uuid import UUID

from services.ledger.domain.errors import TooManyEntries
from services.ledger.domain.reports import EntryFilter, Period
from services.ledger.domain.text import Names, written
from services.ledger.store import accounts, entries
from shared.db.database import UnitOfWork

MAX_ENTRIES = 10_000


async def ledger_as_text(
    work: UnitOfWork, client_id: UUID, period: Period | None = None, *, entry_numbers: bool = False
) -> str:
    """The entries of the period, or all, as `domain.text` writes them; the same for two runs with the same documents.

    Raises TooManyEntries beyond 10 000: a text is for reading.
    """
    found = await entries.find(work.session, client_id, EntryFilter(period or Period()), MAX_ENTRIES + 1, None)
    if len(found) > MAX_ENTRIES:
        raise TooManyEntries(limit=MAX_ENTRIES)
    names = Names(
        accounts=await accounts.account_names(work.session, client_id),
        customers=await accounts.customer_names(work.session, client_id, [entry.draft.claim_id for entry in found]),
    )
    return written(found, names, entry_numbers=entry_numbers)
