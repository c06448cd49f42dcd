"""Remind of an overdue invoice: once per level, and never of one that is paid or credited."""

from services.documents.domain import news
from services.documents.domain.document import WholeDocument
from services.documents.domain.errors import UnknownDocument
from services.documents.domain.prepare import Reminding, prepare_reminder
from services.documents.domain.timeline import TimelineEvent
from services.documents.domain.unnumbered import Parties
from services.documents.store import copies, documents, timeline
from services.documents.usecases.confirm import confirm
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.payments import DocumentOverdue
from shared.db.database import UnitOfWork
from shared.ids import new_id


async def remind(work: UnitOfWork, event: DocumentOverdue) -> None:
    """Make the reminder of this level, unless there is one, or our own books say that nothing is left to ask for."""
    invoice = await _lock_invoice(work, event)
    await timeline.add_events(work.session, [news.overdue(event)])
    outstanding_ore = await _outstanding_ore(work, invoice, event)
    reminded = await documents.made_from(work.session, event.client_id, "reminder", event.document_id, event.level)
    if outstanding_ore > 0 and reminded is None:
        reminder = await _make(work, invoice, event, outstanding_ore)
        await timeline.add_events(work.session, [_event(event, reminder)])


async def _lock_invoice(work: UnitOfWork, event: DocumentOverdue) -> WholeDocument:
    found = await documents.lock(work.session, event.client_id, "invoice", [event.document_id])
    if not found or found[0].row.is_draft:
        raise UnknownDocument(document_id=event.document_id)
    return found[0]


async def _outstanding_ore(work: UnitOfWork, invoice: WholeDocument, event: DocumentOverdue) -> int:
    """The smaller of what payments found and what we know: a payment or credit note may have come in between."""
    credited = await documents.made_from(work.session, event.client_id, "credit_note", event.document_id)
    return 0 if credited else min(event.outstanding_ore, invoice.row.outstanding_ore)


async def _make(
    work: UnitOfWork, invoice: WholeDocument, event: DocumentOverdue, outstanding_ore: int
) -> DocumentConfirmed:
    client = await copies.client(work.session, event.client_id)
    customers = await copies.customers(work.session, event.client_id, [invoice.row.customer_id])
    parties = Parties(client, customers[invoice.row.customer_id])
    reminding = Reminding(new_id(), invoice, parties, event.level, outstanding_ore)
    [reminder] = await confirm(work, client, "reminder", lambda day: [prepare_reminder(reminding, day)])
    return reminder


def _event(event: DocumentOverdue, reminder: DocumentConfirmed) -> TimelineEvent:
    return TimelineEvent(
        event.client_id,
        event.document_id,
        "reminded",
        reminder.document.document_date,
        key=str(event.level),
        number=event.level,
        amount_ore=reminder.document.payable_ore,
    )
