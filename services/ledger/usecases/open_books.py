"""Open the books of clients: a chart of accounts, and a head for the numbers and the hash chain."""

from collections.abc import Sequence
from uuid import UUID

from services.ledger.store import books
from shared.db.database import UnitOfWork


async def open_books(work: UnitOfWork, clients: Sequence[UUID]) -> None:
    """Safe to repeat: accounts that are new in the chart are added, nothing else changes."""
    await books.open_books(work.session, clients)
