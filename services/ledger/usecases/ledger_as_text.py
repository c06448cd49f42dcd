"""Write out a client's books as text."""

from uuid import UUID

from services.ledger.domain.errors import TooManyEntries
from services.ledger.domain.reports import EntryQuery, Period
from services.ledger.domain.text import Names, entries_as_text
from services.ledger.store import accounts, entries
from shared.db.database import UnitOfWork

MAX_ENTRIES = 10_000


async def ledger_as_text(
    work: UnitOfWork, client_id: UUID, period: Period | None = None, *, entry_numbers: bool = False
) -> str:
    """The entries of the period, or all of them. Without entry numbers, two runs with the same documents give the same.

    Raises TooManyEntries beyond 10 000 entries: the text is for people.
    """
    query = EntryQuery(period or Period())
    selected = await entries.select(work.session, client_id, query, MAX_ENTRIES + 1)
    if len(selected) > MAX_ENTRIES:
        raise TooManyEntries(limit=MAX_ENTRIES)
    claims = [entry.content.claim_id for entry in selected if entry.content.claim_id]
    names = Names(
        accounts=await accounts.account_names(work.session, client_id),
        customers=await accounts.customer_names(work.session, client_id, claims),
    )
    return entries_as_text(selected, names, entry_numbers=entry_numbers)
