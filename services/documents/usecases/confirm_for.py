"""Confirm a single document for a customer."""

from collections.abc import Callable
from datetime import date

from services.documents.domain.confirmed import ConfirmedDocument
from services.documents.domain.document import DocumentRow
from services.documents.domain.order import OrderRow
from services.documents.domain.parties import Parties
from services.documents.domain.ready_to_confirm import ReadyToConfirm
from services.documents.store import copies
from services.documents.tools import Tools
from services.documents.usecases.confirm import confirm
from shared.db.database import UnitOfWork
from shared.values import DocumentKind

Prepare = Callable[[Parties, date], ReadyToConfirm]
"""Decides the document for a day; raises what must be refused."""


async def confirm_for(
    work: UnitOfWork, tools: Tools, source: DocumentRow | OrderRow, kind: DocumentKind, prepare: Prepare
) -> ConfirmedDocument:
    """The new document has the same parties as the document or order that it is made from, as registered now."""
    client = await copies.client(work.session, source.client_id)
    customers = await copies.customers(work.session, source.client_id, [source.customer_id])
    parties = Parties(client, customers[source.customer_id])
    [document] = await confirm(work, tools, client, kind, lambda day: [prepare(parties, day)])
    return document
