"""Change a client's bank account, once a second person has approved it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.customers.domain.client import AccountTerms, KidTerms
from services.customers.domain.customer import check_number_fits
from services.customers.events import client_change, client_changed
from services.customers.store import clients, customers
from shared.approvals import Approval, ApprovalOvertaken
from shared.db.database import UnitOfWork


async def change_account(work: UnitOfWork, approval: Approval) -> UUID:
    """The client's id. Other changes since do not matter; another account or KID agreement does.

    Raises ApprovalOvertaken, CustomerNumberTooLong, FirstNumberTooLong, BankAccountInUse.
    """
    assert approval.client_id is not None, "an account belongs to a client"
    await customers.lock_counter(work.session, approval.client_id)
    before = await clients.get(work.session, approval.client_id, lock=True)
    if before.account_terms != _terms(approval.before):
        raise ApprovalOvertaken
    after = before.with_account(_terms(approval.after))
    highest = await customers.highest_number(work.session, approval.client_id)
    if highest:
        check_number_fits(highest, after.details.kid, pointer="/kid/length")
    await clients.save(work.session, after)
    work.emit(client_changed(after))
    work.changed(client_change(before, after))
    return after.client_id


def _terms(stored: Mapping[str, Any]) -> AccountTerms:
    return AccountTerms(stored["bank_account"], KidTerms(**stored["kid"]), stored.get("bic"))
