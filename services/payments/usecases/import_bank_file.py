"""Import a bank file: all of it in one transaction, and only once however often it is sent."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.payments.domain.bank_file import BankPayment, ReceivedFile
from services.payments.domain.booking import NO_ACCOUNT, AccountOwner, IncomingPayment, PaymentKey, incoming_payments
from services.payments.domain.claim import PayeeKid, Receipt
from services.payments.domain.errors import BankFileInvalid, TransmissionChanged
from services.payments.domain.matching import Agreements, Allocation, Matched, Unmatched, allocate
from services.payments.domain.tally import Tally
from services.payments.domain.words import UnmatchedReason
from services.payments.events import bank_file_imported, document_settled, payment_decided
from services.payments.store import bank_files, claims, client_accounts, locks, matches, payments
from services.payments.usecases.reverse_payments import reverse_payments
from shared.db.database import UnitOfWork
from shared.ids import new_id


@dataclass(frozen=True)
class ImportedFile:
    """The columns of the stored file, and whether it was there before this call."""

    columns: Mapping[str, Any]
    already_imported: bool


async def import_bank_file(work: UnitOfWork, client_id: UUID | None, received: ReceivedFile) -> ImportedFile:
    """Book the payments that no earlier file reported, and match them with claims.

    With a client only its own accounts are accepted, without one (the bureau) those of all clients.
    Raises BankFileInvalid for other accounts, TransmissionChanged, ClaimsBusy.
    """
    file = received.file
    accounts = {reported.account for reported in file.accounts}
    owners = await client_accounts.owners(work.session, client_id, accounts)
    client_ids = {owner.client_id for owner in owners.values()} | ({client_id} if client_id else set())
    await locks.lock_clients(work.session, client_ids)
    imported = await bank_files.find_content(work.session, client_id, received.digests.content_sha256)
    if imported is not None:
        return ImportedFile(imported, already_imported=True)
    await _check_transmission(work, received, client_ids)
    incoming = await asyncio.to_thread(incoming_payments, file, owners)
    if not client_ids:
        raise BankFileInvalid([NO_ACCOUNT])
    bank_file_id = new_id()
    allocation = await _book(work, bank_file_id, incoming, _agreements(owners))
    tallies = await asyncio.to_thread(_tallies, client_ids, incoming, allocation)
    await bank_files.add(work, bank_file_id, received, tallies)
    for part_client_id, tally in sorted(tallies.items()):
        work.emit(bank_file_imported(part_client_id, bank_file_id, tally))
    return await _stored(work, client_id, bank_file_id)


async def _book(
    work: UnitOfWork, bank_file_id: UUID, incoming: Sequence[IncomingPayment], agreements: Agreements
) -> Allocation:
    """What takes long for many payments runs in threads, to leave the event loop free."""
    session = work.session
    fresh = await asyncio.to_thread(_without, incoming, await payments.booked_keys(session, incoming))
    receipts = [payment.receipt for payment in fresh]
    kids = await asyncio.to_thread(_kids, receipts)
    open_claims = await claims.lock_by_kid(session, kids)
    allocation = await asyncio.to_thread(allocate, open_claims, receipts, agreements)
    reasons = await asyncio.to_thread(_reasons, allocation)
    await payments.book(session, bank_file_id, fresh, reasons)
    await matches.add(session, await asyncio.to_thread(lambda: allocation.matched))
    await claims.save(session, allocation.changed)
    await work.emit_all(allocation.decisions, payment_decided)
    await work.emit_all(allocation.settled, document_settled)
    await reverse_payments(work, kids)
    return allocation


def _agreements(owners: Mapping[str, AccountOwner]) -> Agreements:
    return {(owner.client_id, account): owner.agreement for account, owner in owners.items()}


def _without(incoming: Sequence[IncomingPayment], booked: set[PaymentKey]) -> list[IncomingPayment]:
    return [payment for payment in incoming if payment.key not in booked] if booked else list(incoming)


def _kids(receipts: Sequence[Receipt]) -> list[PayeeKid]:
    """Sorted, since claims are locked in this order."""
    return sorted({payee_kid for receipt in receipts if (payee_kid := receipt.payee_kid) is not None})


def _reasons(allocation: Allocation) -> dict[UUID, UnmatchedReason]:
    return {unmatched.receipt.payment_id: unmatched.reason for unmatched in allocation.unmatched}


async def _check_transmission(work: UnitOfWork, received: ReceivedFile, client_ids: set[UUID]) -> None:
    """Per channel and client part: otherwise a client that uses a number first would block the bureau's file."""
    earlier = await bank_files.find_transmission(work.session, received, client_ids)
    if earlier is not None:
        raise TransmissionChanged(received.file.transmission, earlier)


def _tallies(client_ids: set[UUID], incoming: Sequence[IncomingPayment], allocation: Allocation) -> dict[UUID, Tally]:
    """By client. A file without payments still has a part for the client that sent it."""
    payments_of: dict[UUID, list[BankPayment]] = defaultdict(list)
    for payment in incoming:
        payments_of[payment.receipt.client_id].append(payment.payment)
    decisions_of: dict[UUID, list[Matched | Unmatched]] = defaultdict(list)
    for decision in allocation.decisions:
        decisions_of[decision.receipt.client_id].append(decision)
    return {client_id: Tally.of(payments_of[client_id], decisions_of[client_id]) for client_id in client_ids}


async def _stored(work: UnitOfWork, client_id: UUID | None, bank_file_id: UUID) -> ImportedFile:
    columns = await bank_files.find(work.session, client_id, bank_file_id)
    if columns is None:
        raise AssertionError(f"bank file {bank_file_id} was inserted but cannot be read")
    return ImportedFile(columns, already_imported=False)
