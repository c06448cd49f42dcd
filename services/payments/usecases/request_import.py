"""Ask for the import of a bank file that a person has brought: a forged one would settle what nobody has paid."""

import asyncio
from uuid import UUID

from services.payments.domain.bank_file import ReceivedFile
from services.payments.domain.booking import incoming_payments
from services.payments.domain.errors import TransmissionChanged
from services.payments.store import bank_files, client_accounts
from shared.approvals import Approval, Requested, check_is_a_person
from shared.db import approvals
from shared.db.database import UnitOfWork
from shared.ids import new_id

KIND = "bank_file"


async def request_import(
    work: UnitOfWork, client_id: UUID | None, received: ReceivedFile, requested: Requested
) -> Approval:
    """What a second person must approve. With a client only its own accounts are accepted, without one all clients'.

    Raises KeyWithoutHolder, BankFileInvalid, TransmissionChanged.
    """
    check_is_a_person(requested.by)
    file = received.file
    owners = await client_accounts.owners(work.session, client_id, {reported.account for reported in file.accounts})
    await asyncio.to_thread(incoming_payments, file, owners)
    client_ids = {owner.client_id for owner in owners.values()}
    earlier = await bank_files.find_transmission(work.session, received, client_ids)
    if earlier is not None:
        raise TransmissionChanged(file.transmission, earlier)
    approval = Approval(
        approval_id=new_id(),
        client_id=client_id,
        kind=KIND,
        before={},
        after=_shown(received),
        requested=requested,
        sealed={"channel": received.coming.channel},
    )
    await approvals.add(work.session, approval)
    return approval


def _shown(received: ReceivedFile) -> dict[str, object]:
    file = received.file
    return {
        "sha256": received.digests.sha256,
        "accept_old": received.coming.accept_old,
        "transmission": file.transmission,
        "created_on": file.created_on.isoformat(),
        "accounts": sorted({reported.account for reported in file.accounts}),
        "payments": len(file.payments),
        "total_ore": sum(payment.amount_ore for payment in file.payments),
    }
