"""Invoice a confirmed order: what was agreed is carried over, and the invoice is issued in the same transaction."""

from functools import partial
from uuid import UUID

from services.documents.domain.confirmed import ConfirmedDocument
from services.documents.domain.errors import OrderAlreadyInvoiced, OrderNotConfirmed
from services.documents.domain.links import Link, is_exhausted, link, of_relation
from services.documents.domain.order import DeliveredOrder, Order
from services.documents.domain.prepare import Drafted, prepare_drafted
from services.documents.domain.timeline import TimelineEvent
from services.documents.store import documents, links, orders, timeline
from services.documents.tools import Tools
from services.documents.usecases.confirm_for import confirm_for
from shared.db.database import UnitOfWork
from shared.ids import new_id


async def invoice_order(
    work: UnitOfWork, tools: Tools, client_id: UUID, order_id: UUID, delivered: DeliveredOrder
) -> ConfirmedDocument:
    """The issued invoice. Raises OrderNotFound, OrderNotConfirmed, or OrderAlreadyInvoiced with the invoices."""
    order = await orders.lock(work.session, client_id, order_id)
    order_links = await links.links_of(work.session, client_id, order_id)
    invoices = of_relation(order_links, "invoices")
    _refuse_uninvoiceable(order, invoices)
    confirmation = await _lock_confirmation(work, of_relation(order_links, "confirms")[-1])
    drafted = Drafted(new_id(), "invoice", delivered.added_to(order.content), confirmation.reference())
    invoice = await confirm_for(work, tools, order.row, "invoice", partial(prepare_drafted, drafted))
    await links.add(work.session, link("invoices", invoice, order_id, len(invoices) + 1), work.clock.now())
    await timeline.add_events(work.session, [_invoiced(confirmation, invoice)])
    return invoice


def _refuse_uninvoiceable(order: Order, invoices: list[Link]) -> None:
    if order.row.is_draft:
        raise OrderNotConfirmed(order_id=order.row.order_id)
    if is_exhausted("invoices", order.row, invoices):
        raise OrderAlreadyInvoiced(invoice_ids=", ".join(str(link.from_id) for link in invoices))


async def _lock_confirmation(work: UnitOfWork, confirms: Link) -> ConfirmedDocument:
    """Its timeline gets a line; locked here, before the series is, as all documents are."""
    document = await documents.lock(work.session, confirms.client_id, "order_confirmation", confirms.from_id)
    return document.confirmed


def _invoiced(confirmation: ConfirmedDocument, invoice: ConfirmedDocument) -> TimelineEvent:
    """Stands on the timeline of the order confirmation: an order has none of its own."""
    return TimelineEvent(
        confirmation.client_id,
        confirmation.document_id,
        "invoiced",
        invoice.document_date,
        key=str(invoice.document_id),
        number=invoice.number,
        amount_ore=invoice.total_ore,
    )
