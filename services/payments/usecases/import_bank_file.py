"""Import a bank file: all of it in one transaction, and once, whatever is sent again."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.payments.domain.bank_file import NO_ASSIGNMENT, Incoming, LineKey, LinesRefused, ReadFile, incoming
from services.payments.domain.claim import PayeeKid, Receipt
from services.payments.domain.matching import Agreements, Allocation, Matched, Unmatched, allocate
from services.payments.domain.tally import Tally
from services.payments.errors import BankFileInvalid, TransmissionChanged
from services.payments.events import bank_file_imported, document_settled, payment_decided
from services.payments.store import bank_files, claims, clients, locks, payments
from shared.db.database import UnitOfWork
from shared.ids import new_id


@dataclass(frozen=True)
class Imported:
    """The file as it is kept, and whether this call found it there."""

    file: Mapping[str, Any]
    already_imported: bool


async def import_bank_file(work: UnitOfWork, client_id: UUID | None, file: ReadFile) -> Imported:
    """Book the payments that no file has told of before, and match them.

    Without a client (the bureau) the accounts of all clients are accepted, with one only its own.
    Raises BankFileInvalid for accounts that are not theirs, TransmissionChanged, ClaimsBusy.
    """
    await locks.lock_transmission(work.session, file.transmission)
    known = await bank_files.find_transmission(work.session, client_id, file.transmission)
    if known is not None:
        return _again(known, file)
    owners = await clients.owners(work.session, client_id, file.accounts)
    try:
        lines = await asyncio.to_thread(incoming, file, owners)
    except LinesRefused as error:
        raise BankFileInvalid(error.problems) from error
    concerned = {owner.client_id for owner in owners.values()} | ({client_id} if client_id else set())
    if not concerned:
        raise BankFileInvalid((NO_ASSIGNMENT,))
    await locks.lock_clients(work.session, concerned)
    bank_file_id = new_id()
    allocation = await _book(work, bank_file_id, lines, clients.agreements(owners))
    tallies = await asyncio.to_thread(_tallies, concerned, lines, allocation)
    await bank_files.add(work, bank_file_id, file, tallies)
    for part, tally in sorted(tallies.items()):
        work.emit(bank_file_imported(part, bank_file_id, tally))
    return await _stored(work, client_id, bank_file_id)


async def _book(work: UnitOfWork, bank_file_id: UUID, lines: Sequence[Incoming], agreements: Agreements) -> Allocation:
    """What takes long for many lines runs in threads: others are to be answered meanwhile."""
    session = work.session
    fresh = await asyncio.to_thread(_unseen, lines, await payments.seen(session, lines))
    receipts = [one.receipt for one in fresh]
    open_claims = await claims.lock_by_kid(session, await asyncio.to_thread(_kids, receipts))
    allocation = await asyncio.to_thread(allocate, open_claims, receipts, agreements)
    reasons = await asyncio.to_thread(_reasons, allocation)
    await payments.book(session, bank_file_id, fresh, reasons)
    await payments.save_matches(session, await asyncio.to_thread(lambda: allocation.matched))
    await claims.save(session, allocation.changed)
    await work.emit_all(allocation.decisions, payment_decided)
    await work.emit_all(allocation.settled, document_settled)
    return allocation


def _unseen(lines: Sequence[Incoming], seen: set[LineKey]) -> list[Incoming]:
    return [one for one in lines if one.key not in seen] if seen else list(lines)


def _kids(receipts: Sequence[Receipt]) -> list[PayeeKid]:
    """In sorted order, which is that of the locks on claims."""
    return sorted({kid for one in receipts if (kid := one.payee_kid) is not None})


def _reasons(allocation: Allocation) -> dict[UUID, str]:
    return {one.receipt.payment_id: one.reason for one in allocation.unmatched}


def _again(known: Mapping[str, Any], file: ReadFile) -> Imported:
    if known["content_sha256"] != file.content_sha256:
        raise TransmissionChanged(transmission=file.transmission, bank_file_id=known["id"])
    return Imported(known, already_imported=True)


def _tallies(concerned: set[UUID], lines: Sequence[Incoming], allocation: Allocation) -> dict[UUID, Tally]:
    """By client. A file without payments is still a part of the client that sent it."""
    lines_of: dict[UUID, list[Incoming]] = defaultdict(list)
    for line in lines:
        lines_of[line.receipt.client_id].append(line)
    decisions_of: dict[UUID, list[Matched | Unmatched]] = defaultdict(list)
    for decision in allocation.decisions:
        decisions_of[decision.receipt.client_id].append(decision)
    return {client_id: Tally.of(lines_of[client_id], decisions_of[client_id]) for client_id in concerned}


async def _stored(work: UnitOfWork, client_id: UUID | None, bank_file_id: UUID) -> Imported:
    stored = await bank_files.find(work.session, client_id, bank_file_id)
    if stored is None:
        raise AssertionError(f"bank file {bank_file_id} was written and is not there")
    return Imported(stored, already_imported=False)
