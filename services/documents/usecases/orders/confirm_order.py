"""Confirm an order: its order confirmation is numbered, frozen and sent as agreed. It claims no payment and no MVA."""

from functools import partial
from uuid import UUID

from services.documents.domain.links import link
from services.documents.domain.prepare import Drafted, prepare_drafted
from services.documents.store import links, orders
from services.documents.tools import Tools
from services.documents.usecases.confirm_for import confirm_for
from shared.db.database import UnitOfWork
from shared.ids import new_id


async def confirm_order(work: UnitOfWork, tools: Tools, client_id: UUID, order_id: UUID) -> None:
    """Confirming twice does nothing more. Raises OrderNotFound, or Refused with all that is missing or wrong."""
    order = await orders.lock(work.session, client_id, order_id)
    if not order.row.is_draft:
        work.unchanged()
        return
    drafted = Drafted(new_id(), "order_confirmation", order.content)
    confirmation = await confirm_for(work, tools, order.row, "order_confirmation", partial(prepare_drafted, drafted))
    await orders.confirm(work.session, order_id, confirmation, work.clock.now())
    await links.add(work.session, link("confirms", confirmation, order_id, ordinal=1), work.clock.now())
