"""Ask for another bank account of a client: whoever changes it redirects all that its customers pay."""

from dataclasses import asdict

from services.customers.domain.client import Client
from services.customers.domain.errors import BankAccountInUse
from services.customers.store import clients
from shared.approvals import Approval, Requested, check_is_a_person
from shared.db import approvals
from shared.db.database import UnitOfWork
from shared.ids import new_id

KIND = "bank_account"


async def request_account(work: UnitOfWork, before: Client, after: Client, requested: Requested) -> Approval:
    """What a second person must approve. The account and the KID agreement change together, and nothing else.

    Raises KeyWithoutHolder, AccountChangedAlone, BankAccountInUse.
    """
    check_is_a_person(requested.by)
    before.check_changes_account_only(after)
    if after.details.active and await clients.account_is_in_use(work.session, after.details.bank_account):
        raise BankAccountInUse(pointer="/bank_account")
    approval = Approval(
        approval_id=new_id(),
        client_id=before.client_id,
        kind=KIND,
        before=asdict(before.account_terms),
        after=asdict(after.account_terms),
        requested=requested,
    )
    await approvals.add(work.session, approval)
    return approval
