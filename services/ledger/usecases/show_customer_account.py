"""Show a customer's account: the balance, the open items, and the postings behind them."""

from dataclasses import dataclass
from uuid import UUID

from services.ledger.domain.errors import CustomerAccountNotFound
from services.ledger.domain.reports import CustomerAccount
from services.ledger.store import accounts
from shared.db.database import UnitOfWork
from shared.http.paging import PageRequest

MAX_ITEMS = 500


@dataclass(frozen=True, slots=True)
class AccountQuery:
    """Which page of the postings, and whether settled items are included."""

    page: PageRequest
    settled: bool = False


async def show_customer_account(
    work: UnitOfWork, client_id: UUID, customer_id: UUID, query: AccountQuery
) -> CustomerAccount:
    """The account, with at most `query.page.limit + 1` postings. Raises CustomerAccountNotFound."""
    balance = await accounts.customer_balance(work.session, client_id, customer_id)
    if balance is None:
        raise CustomerAccountNotFound(customer_id=customer_id)
    items = await accounts.open_items(work.session, client_id, customer_id, MAX_ITEMS + 1, query.settled)
    return CustomerAccount(
        customer_id=customer_id,
        balance_ore=balance,
        items=tuple(items[:MAX_ITEMS]),
        more_items=len(items) > MAX_ITEMS,
        postings=tuple(await accounts.customer_postings(work.session, client_id, customer_id, query.page)),
    )
