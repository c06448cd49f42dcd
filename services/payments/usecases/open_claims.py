"""Open a claim for each invoice, and reduce claims by credit notes."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from services.payments.domain.claim import Claim, CreditNote
from services.payments.domain.matching import Allocation, allocate, from_clearing
from services.payments.events import credit_note, document_settled, invoice, payment_matched
from services.payments.store import claims, locks, matches, payments
from services.payments.usecases.reverse_payments import reverse_payments
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import Cause, UnitOfWork
from shared.messaging.subscription import Received

_Causes = Mapping[UUID, Cause]


async def open_claims(work: UnitOfWork, messages: Sequence[Received[DocumentConfirmed]]) -> None:
    """Invoices, credit notes and payments may come in any order; payments that waited for a claim are matched now.

    Documents that claim nothing (order confirmations, reminders) are ignored.
    """
    documents = [message.event.document for message in messages]
    invoices = [invoice(document) for document in documents if document.kind == "invoice"]
    credit_notes = [
        credit_note(document, document.refers_to.document_id)
        for document in documents
        if document.kind == "credit_note" and document.refers_to is not None
    ]
    client_ids = {invoiced.client_id for invoiced in invoices} | {note.client_id for note in credit_notes}
    if not client_ids:
        return
    await locks.lock_clients(work.session, client_ids)
    opened = await claims.open_new(work.session, invoices)
    reduced = await claims.add_credits(work.session, credit_notes)
    before = await claims.with_credits(work.session, opened | reduced)
    credited = {key: claim.settled(on) for key, (claim, on) in before.items()}
    allocation = await _match_waiting(work, [credited[key] for key in sorted(opened)])
    after = credited | {claim.key: claim for claim in allocation.changed}
    await claims.save(work.session, [*after.values()])
    settled = [claim for key, claim in after.items() if claim.settled_on and not before[key][0].settled_on]
    _emit(work, allocation, settled, _causes(messages, credit_notes))
    kids = sorted({kid for match in allocation.matched if (kid := match.receipt.payee_kid) is not None})
    await reverse_payments(work, kids)


async def _match_waiting(work: UnitOfWork, opened: Sequence[Claim]) -> Allocation:
    """Apply to new claims the payments that came before them."""
    kids = [claim.payee_kid for claim in opened if claim.payee_kid is not None]
    receipts = await payments.waiting_for(work.session, kids)
    allocation = from_clearing(allocate(opened, receipts, {}))
    await payments.save_decisions(work.session, allocation.decisions)
    await matches.add(work.session, allocation.matched)
    return allocation


def _emit(work: UnitOfWork, allocation: Allocation, settled: Iterable[Claim], causes: _Causes) -> None:
    for match in allocation.matched:
        work.emit(payment_matched(match), causes.get(match.claim.document_id))
    for claim in settled:
        work.emit(document_settled(claim), causes.get(claim.document_id))


def _causes(messages: Sequence[Received[DocumentConfirmed]], credit_notes: Sequence[CreditNote]) -> _Causes:
    """By claim: the message that changed it; the credit note's if both came in one batch."""
    causes = {message.event.document.document_id: message.cause for message in messages}
    return causes | {note.invoice_id: causes[note.document_id] for note in credit_notes}
