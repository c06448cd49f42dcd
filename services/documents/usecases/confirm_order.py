"""Confirm an order: the order confirmation gets its number and is sent as agreed. No MVA falls due by it."""

from uuid import UUID

from services.documents.domain.errors import DocumentNotFound
from services.documents.domain.prepare import Drafted, prepare_drafted
from services.documents.domain.unnumbered import Parties
from services.documents.store import copies, documents
from services.documents.usecases.confirm import confirm
from shared.contracts.documents import DocumentConfirmed
from shared.db.database import UnitOfWork


async def confirm_order(work: UnitOfWork, client_id: UUID, order_id: UUID) -> DocumentConfirmed:
    """The order confirmation; one confirmed before answers as it is."""
    found = await documents.lock(work.session, client_id, "order_confirmation", [order_id])
    if not found:
        raise DocumentNotFound(document_id=order_id)
    order = found[0]
    if not order.row.is_draft:
        return order.frozen()
    client = await copies.client(work.session, client_id)
    customers = await copies.customers(work.session, client_id, [order.row.customer_id])
    drafted = Drafted(
        order_id, "order_confirmation", order.drafted(), Parties(client, customers[order.row.customer_id])
    )
    [confirmed] = await confirm(work, client, "order_confirmation", lambda day: [prepare_drafted(drafted, day)])
    return confirmed
