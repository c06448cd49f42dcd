"""Deliveries, for the client whose documents they are."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.delivery.api.bodies import AttemptAnswer, DeliveryAnswer, DeliveryWithAttempts, Resolution
from services.delivery.domain.delivery import State
from services.delivery.store import attempts, overview
from services.delivery.store.overview import DeliveryQuery
from services.delivery.tools import Tools
from services.delivery.usecases.deliveries.resolve_delivery import resolve_delivery
from shared.db.database import UnitOfWork
from shared.http.bodies import Page
from shared.http.call import Call, call
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request

router = APIRouter(prefix="/v1/deliveries", tags=["deliveries"], route_class=JsonRoute)
Deliveries = Annotated[Call[Tools], Depends(call("delivery", Tools, scope="delivery"))]


@dataclass(frozen=True)
class DeliveryFilter:
    state: State | None
    document_id: UUID | None


def delivery_filter(
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
    document_id: Annotated[UUID | None, Query(description="Only those of this document.")] = None,
) -> DeliveryFilter:
    return DeliveryFilter(state, document_id)


@router.get("", summary="List deliveries, oldest first", responses=problems(400, 422))
async def list_deliveries(
    response: Response,
    call: Deliveries,
    page: Annotated[PageRequest, Depends(page_request)],
    chosen: Annotated[DeliveryFilter, Depends(delivery_filter)],
) -> Page[DeliveryAnswer]:
    query = DeliveryQuery(call.client_id, page.limit + 1, page.after, chosen.state, chosen.document_id)
    rows = await call.read(lambda work: overview.deliveries(work.session, query))
    on_page, cursor = cut(rows, page, lambda row: UUID(str(row.delivery_id)))
    link_next(call.request, response, cursor)
    return Page[DeliveryAnswer](items=[_answer(row) for row in on_page], next=cursor)


@router.get("/{delivery_id}", summary="A delivery with every attempt", responses=problems(404, 422))
async def show_delivery(delivery_id: UUID, call: Deliveries) -> DeliveryWithAttempts:
    return await call.read(lambda work: _shown(work, call.client_id, delivery_id))


@router.post(
    "/{delivery_id}/resolve",
    summary="Resolve an uncertain delivery",
    responses=problems(404, 415, 422, because={409: "It is not uncertain."}),
)
async def resolve(delivery_id: UUID, body: Resolution, call: Deliveries) -> DeliveryWithAttempts:
    """`handed_over: false` sends it again with the same Message-ID. `true` a second time changes nothing."""
    async with call.unit() as work:
        await resolve_delivery(work, call.client_id, delivery_id, handed_over=body.handed_over, terms=call.tools.terms)
        answer = await _shown(work, call.client_id, delivery_id)
    call.tools.wake()
    return answer


async def _shown(work: UnitOfWork, client_id: UUID, delivery_id: UUID) -> DeliveryWithAttempts:
    row = await overview.delivery(work.session, client_id, delivery_id)
    history = await attempts.history(work.session, client_id, delivery_id)
    return DeliveryWithAttempts(
        **_answer(row).model_dump(), attempts=[AttemptAnswer.model_validate(attempt) for attempt in history]
    )


def _answer(row: Any) -> DeliveryAnswer:
    return DeliveryAnswer.model_validate({"id": row.delivery_id, **row._asdict()})
