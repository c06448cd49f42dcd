"""Remind of an overdue invoice: once per level, and never of one that is paid or credited."""

from functools import partial

from services.documents.domain.confirmed import ConfirmedDocument
from services.documents.domain.document import Document
from services.documents.domain.errors import DocumentNotFound
from services.documents.domain.links import Link, link, of_relation
from services.documents.domain.prepare import Reminding, prepare_reminder
from services.documents.domain.reactions import OverdueClaim
from services.documents.domain.timeline import TimelineEvent
from services.documents.store import documents, links, timeline
from services.documents.tools import Tools
from services.documents.usecases.confirm_for import confirm_for
from shared.db.database import UnitOfWork
from shared.ids import new_id


async def remind(work: UnitOfWork, tools: Tools, claim: OverdueClaim) -> None:
    """Make the reminder of this level, unless it exists or nothing is left to pay as far as we know.

    A payment or credit note may have come in between: what is asked for is the smaller of what payments found and what
    is left here.
    """
    invoice = await _lock_invoice(work, claim)
    await timeline.add_events(work.session, [claim.timeline_event()])
    outstanding_ore = min(claim.outstanding_ore, invoice.row.outstanding_ore)
    reminders = of_relation(await links.links_of(work.session, claim.client_id, claim.document_id), "reminds")
    if outstanding_ore > 0 and not _is_reminded(reminders, claim.level):
        row = invoice.row
        reminding = Reminding(
            new_id(), invoice.confirmed, claim.level, outstanding_ore, row.credited_ore, paid_ore=row.paid_ore
        )
        await _make_reminder(work, tools, invoice, reminding)


async def _lock_invoice(work: UnitOfWork, claim: OverdueClaim) -> Document:
    invoice = await documents.lock(work.session, claim.client_id, "invoice", claim.document_id)
    if invoice.row.is_draft:
        raise DocumentNotFound(document_id=claim.document_id)
    return invoice


def _is_reminded(reminders: list[Link], level: int) -> bool:
    return any(reminder.ordinal == level for reminder in reminders)


async def _make_reminder(work: UnitOfWork, tools: Tools, invoice: Document, reminding: Reminding) -> None:
    reminder = await confirm_for(work, tools, invoice.row, "reminder", partial(prepare_reminder, reminding))
    invoice_id = invoice.row.document_id
    await links.add(work.session, link("reminds", reminder, invoice_id, reminding.level), work.clock.now())
    await timeline.add_events(work.session, [_reminded(invoice, reminder, reminding.level)])


def _reminded(invoice: Document, reminder: ConfirmedDocument, level: int) -> TimelineEvent:
    return TimelineEvent(
        invoice.row.client_id,
        invoice.row.document_id,
        "reminded",
        reminder.document_date,
        key=str(level),
        number=level,
        amount_ore=reminder.payable_ore,
    )
