"""What the resources of this service have in common: who may call, how they are read, tagged and listed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from services.documents.api.answers import DocumentAnswer, DocumentItem
from services.documents.api.order_answers import Fulfilment, OrderAnswer, OrderItem
from services.documents.domain.draft import Status
from services.documents.domain.links import of_relation
from services.documents.domain.order import Order
from services.documents.store import copies, documents, orders
from services.documents.store.drafts import SalesQuery
from services.documents.store.links import links_of
from services.documents.store.timeline import events_of
from services.documents.tools import Tools
from shared.db.database import UnitOfWork
from shared.http.bodies import Page
from shared.http.call import Call, call
from shared.http.paging import PageRequest, cut, link_next, page_request
from shared.http.versions import tag
from shared.values import DocumentKind

Documents = Annotated[Call[Tools], Depends(call("documents", Tools, scope="documents"))]

AnswerT = TypeVar("AnswerT", DocumentAnswer, OrderAnswer)
ItemT = TypeVar("ItemT", DocumentItem, OrderItem)


async def document_answer(work: UnitOfWork, client_id: UUID, kind: DocumentKind, document_id: UUID) -> DocumentAnswer:
    """The document as it is now."""
    document = await documents.get(work.session, client_id, kind, document_id)
    if document.row.is_draft:
        customers = await copies.customers(work.session, client_id, [document.row.customer_id])
        return DocumentAnswer.of_draft(document, customers[document.row.customer_id], work.clock.today())
    links = await links_of(work.session, client_id, document_id)
    events = await events_of(work.session, client_id, document_id)
    return DocumentAnswer.of_confirmed(document, links, events)


async def order_answer(work: UnitOfWork, client_id: UUID, order_id: UUID) -> OrderAnswer:
    """The order as it is now, with what has been made from it."""
    order = await orders.get(work.session, client_id, order_id)
    fulfilment = None if order.row.is_draft else await _fulfilment(work, order)
    return OrderAnswer.of(order, fulfilment, work.clock.today())


async def _fulfilment(work: UnitOfWork, order: Order) -> Fulfilment:
    client_id = order.row.client_id
    links = await links_of(work.session, client_id, order.row.order_id)
    rows = await documents.rows_by_id(work.session, client_id, [link.from_id for link in links])
    confirmation = rows[of_relation(links, "confirms")[-1].from_id]
    invoices = [rows[link.from_id] for link in of_relation(links, "invoices")]
    return Fulfilment(confirmation, invoices, await events_of(work.session, client_id, confirmation.document_id))


async def read_tagged(
    call: Call[Tools], response: Response, read: Callable[[UnitOfWork], Awaitable[AnswerT]]
) -> AnswerT:
    """What is read, with its version as ETag."""
    answer = await call.read(read)
    tag(response, answer.version)
    return answer


async def read_document(call: Call[Tools], response: Response, kind: DocumentKind, document_id: UUID) -> DocumentAnswer:
    """The document, with its version as ETag."""
    return await read_tagged(call, response, lambda work: document_answer(work, call.client_id, kind, document_id))


@dataclass(frozen=True)
class ListRequest:
    """Which page of which invoices or orders."""

    page: PageRequest
    status: Status | None
    customer_id: UUID | None

    def query(self, client_id: UUID) -> SalesQuery:
        return SalesQuery(client_id, self.page.limit + 1, self.page.after, self.status, self.customer_id)


def list_request(
    page: Annotated[PageRequest, Depends(page_request)],
    status: Annotated[Status | None, Query(description="Only drafts, or only those confirmed.")] = None,
    customer_id: Annotated[UUID | None, Query(description="Only this customer's.")] = None,
) -> ListRequest:
    """A dependency: the page and the filters of the query string."""
    return ListRequest(page, status, customer_id)


Listing = Annotated[ListRequest, Depends(list_request)]


def page_of(request: Request, response: Response, listing: ListRequest, items: Sequence[ItemT]) -> Page[ItemT]:
    """One page of the items, of which there is one too many when there are more."""
    shown, cursor = cut(items, listing.page, lambda item: item.id)
    link_next(request, response, cursor)
    return Page(items=shown, next=cursor)
