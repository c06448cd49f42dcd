"""/v1/orders: drafts, confirming, and invoicing what was confirmed."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.documents.api.answers import DocumentAnswer, DocumentItem
from services.documents.api.bodies import ChangedOrderBody, DeliveredBody, OrderBody
from services.documents.api.common import Documents, Listing, answer, answer_tagged, list_page
from services.documents.usecases.change_draft import change_draft
from services.documents.usecases.confirm_order import confirm_order
from services.documents.usecases.discard_draft import discard_draft
from services.documents.usecases.draft_document import draft_document
from services.documents.usecases.invoice_order import invoice_order
from services.documents.usecases.seen import Seen
from shared.db.database import UnitOfWork
from shared.http.bodies import Page
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.versions import SeenVersions

router = APIRouter(prefix="/v1/orders", tags=["orders"], route_class=JsonRoute)


@router.post(
    "",
    status_code=201,
    response_model=DocumentAnswer,
    summary="Draft an order",
    responses=problems(400, 404, 409, 415, 422),
)
async def draft(body: OrderBody, call: Documents) -> Response:
    """What has been agreed with the customer so far."""

    async def act(work: UnitOfWork) -> DocumentAnswer:
        drafted = await draft_document(work, call.client_id, "order_confirmation", body.to_draft(), body.external_id)
        return DocumentAnswer.of(drafted, [], work.clock.today())

    return await call.once(201, act, location="/v1/orders/{id}")


@router.get("", summary="List orders, newest first", responses=problems(400, 422))
async def listing(request: Request, response: Response, call: Documents, asked: Listing) -> Page[DocumentItem]:
    return await list_page(call, request, response, "order_confirmation", asked)


@router.get("/{order_id}", summary="Read an order", responses=problems(404, 422))
async def read(order_id: UUID, call: Documents, response: Response) -> DocumentAnswer:
    return await answer_tagged(call, response, "order_confirmation", order_id)


@router.put("/{order_id}", summary="Change a draft order", responses=problems(404, 409, 412, 415, 422, 428))
async def change(
    order_id: UUID, body: ChangedOrderBody, call: Documents, response: Response, seen: SeenVersions
) -> DocumentAnswer:
    """The whole content is replaced, until the order is confirmed."""
    async with call.unit() as work:
        await change_draft(work, Seen(call.client_id, "order_confirmation", order_id, seen), body.to_draft())
    return await answer_tagged(call, response, "order_confirmation", order_id)


@router.delete(
    "/{order_id}", status_code=204, summary="Throw a draft order away", responses=problems(404, 409, 412, 422, 428)
)
async def discard(order_id: UUID, call: Documents, seen: SeenVersions) -> None:
    async with call.unit() as work:
        await discard_draft(work, Seen(call.client_id, "order_confirmation", order_id, seen))


@router.post(
    "/{order_id}/confirm",
    response_model=DocumentAnswer,
    summary="Confirm an order",
    responses=problems(400, 404, 409, 415, 422, 503),
)
async def confirm(order_id: UUID, call: Documents) -> Response:
    """The order confirmation is numbered, frozen and sent as agreed. It claims no payment and no MVA."""

    async def act(work: UnitOfWork) -> DocumentAnswer:
        await confirm_order(work, call.client_id, order_id)
        return await answer(work, call.client_id, "order_confirmation", order_id)

    return await call.once(200, act)


@router.post(
    "/{order_id}/invoice",
    status_code=201,
    response_model=DocumentAnswer,
    summary="Invoice a confirmed order",
    responses=problems(400, 404, 409, 415, 422, 503),
)
async def invoice(order_id: UUID, body: DeliveredBody, call: Documents) -> Response:
    """The invoice carries over what was confirmed, and is issued at once; an order is invoiced once."""

    async def act(work: UnitOfWork) -> DocumentAnswer:
        issued = await invoice_order(work, call.client_id, order_id, body.to_delivered())
        return await answer(work, call.client_id, "invoice", issued.document.document_id)

    return await call.once(201, act, location="/v1/invoices/{id}")
