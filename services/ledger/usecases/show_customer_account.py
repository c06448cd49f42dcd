"""Show a customer's account: what is owed, for which documents, and how it came to be."""

from dataclasses import dataclass
from uuid import UUID

from services.ledger.domain.errors import CustomerAccountUnknown
from services.ledger.domain.reports import CustomerAccount
from services.ledger.store import accounts
from shared.db.database import UnitOfWork

MAX_ITEMS = 500


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of the account is wanted: a page of postings, and whether settled items too."""

    limit: int
    after: UUID | None = None
    settled: bool = False


async def show_customer_account(work: UnitOfWork, client_id: UUID, customer_id: UUID, part: Part) -> CustomerAccount:
    """The account; CustomerAccountUnknown when nothing was posted on it, which is also how another client's looks."""
    balance = await accounts.customer_balance(work.session, client_id, customer_id)
    if balance is None:
        raise CustomerAccountUnknown(customer_id=customer_id)
    items = await accounts.open_items(work.session, client_id, customer_id, MAX_ITEMS + 1, part.settled)
    return CustomerAccount(
        customer_id=customer_id,
        balance_ore=balance,
        items=tuple(items[:MAX_ITEMS]),
        more_items=len(items) > MAX_ITEMS,
        moves=tuple(await accounts.moves(work.session, client_id, customer_id, part.limit, part.after)),
    )
