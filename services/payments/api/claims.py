"""Claims: what is owed by each invoice."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.payments.api.bodies import ClaimAnswer
from services.payments.api.callers import Payments
from services.payments.domain.errors import ClaimNotFound
from services.payments.domain.words import ClaimState
from services.payments.store import claims
from shared.http.bodies import Page
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request

router = APIRouter(prefix="/v1/claims", tags=["claims"], route_class=JsonRoute)


@router.get("", summary="List claims", response_model=Page[ClaimAnswer], responses=problems(400, 422))
async def list_claims(
    call: Payments,
    page: Annotated[PageRequest, Depends(page_request)],
    response: Response,
    state: Annotated[ClaimState | None, Query(description="`open` have something left to pay.")] = None,
    customer_id: Annotated[UUID | None, Query(description="Only this customer's.")] = None,
) -> Page[ClaimAnswer]:
    """In the order in which the documents were created."""
    rows = await call.read(
        lambda work: claims.page(work.session, call.principal.client_id, page, state=state, customer_id=customer_id)
    )
    items, cursor = cut(rows, page, lambda row: row.document_id)
    link_next(call.request, response, cursor)
    return Page(items=[ClaimAnswer.of(item) for item in items], next=cursor)


@router.get("/{document_id}", summary="Show a claim", response_model=ClaimAnswer, responses=problems(404, 422))
async def show_claim(document_id: UUID, call: Payments) -> ClaimAnswer:
    """By the invoice's id."""
    row = await call.read(lambda work: claims.find(work.session, call.principal.client_id, document_id))
    if row is None:
        raise ClaimNotFound
    return ClaimAnswer.of(row)
