"""Open a claim for each invoice, and take from it what credit notes take."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from services.payments.domain.claim import Claim
from services.payments.domain.matching import Allocation, allocate
from services.payments.events import document_settled, payment_matched
from services.payments.store import claims, locks, payments
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.values import DocumentSummary
from shared.db.database import Cause, UnitOfWork
from shared.messaging.subscription import Received

_Causes = Mapping[UUID, Cause]


async def open_claims(work: UnitOfWork, received: Sequence[Received[DocumentConfirmed]]) -> None:
    """Invoices, credit notes and payments may come in any order; payments that waited for their claim are matched now.

    Documents that claim nothing (order confirmations, reminders) are passed over.
    """
    documents = [one.event.document for one in received]
    invoices = [one for one in documents if one.kind == "invoice"]
    credit_notes = [one for one in documents if one.kind == "credit_note" and one.refers_to is not None]
    if not invoices and not credit_notes:
        return
    await locks.lock_clients(work.session, {one.client_id for one in (*invoices, *credit_notes)})
    opened = await claims.open_new(work.session, invoices)
    reduced = await claims.add_credits(work.session, credit_notes)
    found = await claims.with_credits(work.session, opened | reduced)
    credited = {key: claim.settled(on) for key, (claim, on) in found.items()}
    allocation = await _match_waiting(work, [credited[key] for key in sorted(opened)])
    after = credited | {(claim.client_id, claim.document_id): claim for claim in allocation.changed}
    await claims.save(work.session, [*after.values()])
    settled = [claim for key, claim in after.items() if claim.settled_on and not found[key][0].settled_on]
    _tell(work, allocation, settled, _causes(received, credit_notes))


async def _match_waiting(work: UnitOfWork, opened: Sequence[Claim]) -> Allocation:
    """Apply to new claims the payments that came before them."""
    kids = [claim.payee_kid for claim in opened if claim.payee_kid is not None]
    receipts = await payments.waiting_for(work.session, kids)
    allocation = allocate(opened, receipts, {})
    await payments.decide_waiting(work.session, allocation.decisions)
    await payments.save_matches(work.session, allocation.matched)
    return allocation


def _tell(work: UnitOfWork, allocation: Allocation, settled: Iterable[Claim], causes: _Causes) -> None:
    for match in allocation.matched:
        work.emit(payment_matched(match), causes.get(match.claim.document_id))
    for claim in settled:
        work.emit(document_settled(claim), causes.get(claim.document_id))


def _causes(received: Sequence[Received[DocumentConfirmed]], credit_notes: Sequence[DocumentSummary]) -> _Causes:
    """By claim: the message that changed it; a credit note's when both came in one batch."""
    causes = {one.event.document.document_id: one.cause for one in received}
    reduced = {note.refers_to.document_id: causes[note.document_id] for note in credit_notes if note.refers_to}
    return causes | reduced
