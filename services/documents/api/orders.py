"""/v1/orders: drafts, confirming, and invoicing what was confirmed."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.documents.api.answers import DocumentAnswer
from services.documents.api.bodies import ChangedOrderBody, DeliveredBody, OrderBody
from services.documents.api.common import Documents, Listing, document_answer, order_answer, page_of, read_tagged
from services.documents.api.order_answers import OrderAnswer, OrderItem
from services.documents.domain.draft import DraftVersion
from services.documents.store import orders
from services.documents.usecases.orders.change_order import change_order
from services.documents.usecases.orders.confirm_order import confirm_order
from services.documents.usecases.orders.discard_order import discard_order
from services.documents.usecases.orders.draft_order import draft_order
from services.documents.usecases.orders.invoice_order import invoice_order
from shared.db.database import UnitOfWork
from shared.http.bodies import Page
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.versions import SeenVersions

router = APIRouter(prefix="/v1/orders", tags=["orders"], route_class=JsonRoute)


@router.post(
    "",
    status_code=201,
    response_model=OrderAnswer,
    summary="Draft an order",
    responses=problems(400, 404, 409, 415, 422),
)
async def draft(body: OrderBody, call: Documents) -> Response:
    """What has been agreed with the customer so far."""

    async def act(work: UnitOfWork) -> OrderAnswer:
        order_id = await draft_order(work, call.client_id, body.to_draft(), body.external_id)
        return await order_answer(work, call.client_id, order_id)

    return await call.once(201, act, location="/v1/orders/{id}")


@router.get("", summary="List orders, newest first", responses=problems(400, 422))
async def listing(request: Request, response: Response, call: Documents, listing: Listing) -> Page[OrderItem]:
    rows = await call.read(lambda work: orders.listed(work.session, listing.query(call.client_id)))
    return page_of(request, response, listing, [OrderItem.of(row) for row in rows])


@router.get("/{order_id}", summary="Read an order", responses=problems(404, 422))
async def read(order_id: UUID, call: Documents, response: Response) -> OrderAnswer:
    """Its content, and what has been made from it: the order confirmation and the invoices."""
    return await read_tagged(call, response, lambda work: order_answer(work, call.client_id, order_id))


@router.put("/{order_id}", summary="Change a draft order", responses=problems(404, 409, 412, 415, 422, 428))
async def change(
    order_id: UUID, body: ChangedOrderBody, call: Documents, response: Response, versions: SeenVersions
) -> OrderAnswer:
    """The whole content is replaced, until the order is confirmed."""
    version = DraftVersion(call.client_id, order_id, versions)
    await call.act(lambda work: change_order(work, version, body.to_draft()))
    return await read_tagged(call, response, lambda work: order_answer(work, call.client_id, order_id))


@router.delete(
    "/{order_id}", status_code=204, summary="Throw a draft order away", responses=problems(404, 409, 412, 422, 428)
)
async def discard(order_id: UUID, call: Documents, versions: SeenVersions) -> None:
    async with call.unit() as work:
        await discard_order(work, DraftVersion(call.client_id, order_id, versions))


@router.post(
    "/{order_id}/confirm",
    response_model=OrderAnswer,
    summary="Confirm an order",
    responses=problems(400, 404, 409, 415, 422, 503),
)
async def confirm(order_id: UUID, call: Documents) -> Response:
    """Its order confirmation is numbered, frozen and sent as agreed. It claims no payment and no MVA."""

    async def act(work: UnitOfWork) -> OrderAnswer:
        await confirm_order(work, call.tools, call.client_id, order_id)
        return await order_answer(work, call.client_id, order_id)

    return await call.once(200, act)


@router.post(
    "/{order_id}/invoice",
    status_code=201,
    response_model=DocumentAnswer,
    summary="Invoice a confirmed order",
    responses=problems(400, 404, 409, 415, 422, 503),
)
async def invoice(order_id: UUID, body: DeliveredBody, call: Documents) -> Response:
    """The invoice carries over all that was confirmed, and is issued at once."""

    async def act(work: UnitOfWork) -> DocumentAnswer:
        issued = await invoice_order(work, call.tools, call.client_id, order_id, body.to_delivered())
        return await document_answer(work, call.client_id, "invoice", issued.document_id)

    return await call.once(201, act, location="/v1/invoices/{id}")
