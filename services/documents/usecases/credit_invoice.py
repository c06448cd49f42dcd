"""Credit an issued invoice in full: the credit note is made and confirmed at once, in its own series."""

from uuid import UUID

from services.documents.domain.document import WholeDocument
from services.documents.domain.errors import AlreadyCredited, DocumentNotFound, NotConfirmed
from services.documents.domain.prepare import Crediting, prepare_credit_note
from services.documents.domain.timeline import TimelineEvent
from services.documents.domain.unnumbered import Parties
from services.documents.store import copies, documents, timeline
from services.documents.usecases.confirm import confirm
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import UnitOfWork
from shared.ids import new_id


async def credit_invoice(
    work: UnitOfWork, client_id: UUID, invoice_id: UUID, reason: str | None = None
) -> DocumentConfirmed:
    """The credit note (bokføringsforskriften § 5-2-7). AlreadyCredited names the one there is."""
    invoice = await _lock_creditable(work, client_id, invoice_id)
    client = await copies.client(work.session, client_id)
    customers = await copies.customers(work.session, client_id, [invoice.row.customer_id])
    crediting = Crediting(new_id(), invoice, Parties(client, customers[invoice.row.customer_id]), reason)
    [credited] = await confirm(work, client, "credit_note", lambda day: [prepare_credit_note(crediting, day)])
    await timeline.add_events(work.session, [_event(invoice, credited)])
    return credited


async def _lock_creditable(work: UnitOfWork, client_id: UUID, invoice_id: UUID) -> WholeDocument:
    found = await documents.lock(work.session, client_id, "invoice", [invoice_id])
    if not found:
        raise DocumentNotFound(document_id=invoice_id)
    if found[0].row.is_draft:
        raise NotConfirmed(document_id=invoice_id)
    # Asked after the lock is held: what the row said of credit notes may be older than the wait for it.
    before = await documents.made_from(work.session, client_id, "credit_note", invoice_id)
    if before is not None:
        raise AlreadyCredited(credit_note_id=before)
    return found[0]


def _event(invoice: WholeDocument, credited: DocumentConfirmed) -> TimelineEvent:
    summary = credited.document
    return TimelineEvent(
        invoice.row.client_id,
        invoice.row.document_id,
        "credited",
        summary.document_date,
        number=summary.number,
        amount_ore=summary.total_ore,
    )
