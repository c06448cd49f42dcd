"""Open the books of clients: their chart of accounts, and a head to number and chain the entries by."""

from collections.abc import Sequence
from uuid import UUID

from services.ledger.store import books
from shared.db.database import UnitOfWork


async def open_books(work: UnitOfWork, clients: Sequence[UUID]) -> None:
    """Safe to repeat: an account that the chart has got since then is added, nothing else is touched."""
    await books.open_books(work.session, clients)
