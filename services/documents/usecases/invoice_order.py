"""Invoice a confirmed order: what was agreed is carried over, and the invoice is issued in the same transaction."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.documents.domain.document import WholeDocument
from services.documents.domain.errors import DocumentNotFound, OrderAlreadyInvoiced, OrderNotConfirmed
from services.documents.domain.prepare import Drafted, prepare_drafted
from services.documents.domain.timeline import TimelineEvent
from services.documents.domain.unnumbered import Parties
from services.documents.store import copies, documents, timeline
from services.documents.usecases.confirm import confirm
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import UnitOfWork
from shared.ids import new_id


@dataclass(frozen=True)
class Delivered:
    """What is known when the order has been delivered, and was not when it was confirmed."""

    delivered_on: date
    delivered_until: date | None = None
    delivery_place: str | None = None
    payment_terms_days: int | None = None

    def changes(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if value is not None}


async def invoice_order(work: UnitOfWork, client_id: UUID, order_id: UUID, delivered: Delivered) -> DocumentConfirmed:
    """The issued invoice; OrderAlreadyInvoiced names the one there is."""
    order = await _lock_invoiceable(work, client_id, order_id)
    client = await copies.client(work.session, client_id)
    customers = await copies.customers(work.session, client_id, [order.row.customer_id])
    drafted = Drafted(
        document_id=new_id(),
        kind="invoice",
        draft=order.drafted().model_copy(update=delivered.changes()),
        parties=Parties(client, customers[order.row.customer_id]),
        refers_to=order.row.reference(),
    )
    [invoice] = await confirm(work, client, "invoice", lambda day: [prepare_drafted(drafted, day)])
    await timeline.add_events(work.session, [_event(order, invoice)])
    return invoice


async def _lock_invoiceable(work: UnitOfWork, client_id: UUID, order_id: UUID) -> WholeDocument:
    found = await documents.lock(work.session, client_id, "order_confirmation", [order_id])
    if not found:
        raise DocumentNotFound(document_id=order_id)
    if found[0].row.is_draft:
        raise OrderNotConfirmed(document_id=order_id)
    before = await documents.made_from(work.session, client_id, "invoice", order_id)
    if before is not None:
        raise OrderAlreadyInvoiced(invoice_id=before)
    return found[0]


def _event(order: WholeDocument, invoice: DocumentConfirmed) -> TimelineEvent:
    summary = invoice.document
    return TimelineEvent(
        order.row.client_id,
        order.row.document_id,
        "invoiced",
        summary.document_date,
        number=summary.number,
        amount_ore=summary.total_ore,
    )
