"""Credit an issued invoice in full: the credit note is made and confirmed at once, in its own series."""

from functools import partial
from uuid import UUID

from services.documents.domain.confirmed import ConfirmedDocument
from services.documents.domain.errors import AlreadyCredited
from services.documents.domain.links import is_exhausted, link, of_relation
from services.documents.domain.prepare import Crediting, prepare_credit_note
from services.documents.domain.timeline import TimelineEvent
from services.documents.store import documents, links, timeline
from services.documents.tools import Tools
from services.documents.usecases.confirm_for import confirm_for
from shared.db.database import UnitOfWork
from shared.ids import new_id


async def credit_invoice(
    work: UnitOfWork, tools: Tools, client_id: UUID, invoice_id: UUID, reason: str | None = None
) -> ConfirmedDocument:
    """The credit note (bokføringsforskriften § 5-2-7).

    Raises DocumentNotFound, NotConfirmed, or AlreadyCredited with the credit notes.
    """
    invoice = await documents.lock(work.session, client_id, "invoice", invoice_id)
    crediting = Crediting(new_id(), invoice.confirmed, reason)
    credits_ = of_relation(await links.links_of(work.session, client_id, invoice_id), "credits")
    if is_exhausted("credits", invoice.row, credits_):
        raise AlreadyCredited(credit_note_ids=", ".join(str(link.from_id) for link in credits_))
    credit_note = await confirm_for(work, tools, invoice.row, "credit_note", partial(prepare_credit_note, crediting))
    await links.add(work.session, link("credits", credit_note, invoice_id, len(credits_) + 1), work.clock.now())
    await timeline.add_events(work.session, [_credited(invoice_id, credit_note)])
    return credit_note


def _credited(invoice_id: UUID, credit_note: ConfirmedDocument) -> TimelineEvent:
    return TimelineEvent(
        credit_note.client_id,
        invoice_id,
        "credited",
        credit_note.document_date,
        key=str(credit_note.document_id),
        number=credit_note.number,
        amount_ore=credit_note.total_ore,
    )
