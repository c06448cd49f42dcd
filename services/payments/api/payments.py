"""Bank payments, and the claims that they pay."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.payments.api.bodies import PaymentAnswer
from services.payments.api.callers import Payments
from services.payments.domain.errors import PaymentNotFound
from services.payments.domain.words import PaymentState
from services.payments.store import payments
from shared.http.bodies import Page
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request

router = APIRouter(prefix="/v1/payments", tags=["payments"], route_class=JsonRoute)


@router.get("", summary="List bank payments", response_model=Page[PaymentAnswer], responses=problems(400, 422))
async def list_payments(
    call: Payments,
    page: Annotated[PageRequest, Depends(page_request)],
    response: Response,
    state: Annotated[PaymentState | None, Query(description="`unmatched` are those a person should look at.")] = None,
    bank_file_id: Annotated[UUID | None, Query(description="Only those booked from this file.")] = None,
) -> Page[PaymentAnswer]:
    """In the order received."""
    rows = await call.read(
        lambda work: payments.page(work.session, call.principal.client_id, page, state=state, bank_file_id=bank_file_id)
    )
    items, cursor = cut(rows, page, lambda row: row["id"])
    link_next(call.request, response, cursor)
    return Page(items=[PaymentAnswer.model_validate(dict(item)) for item in items], next=cursor)


@router.get("/{payment_id}", summary="Show a bank payment", response_model=PaymentAnswer, responses=problems(404, 422))
async def show_payment(payment_id: UUID, call: Payments) -> PaymentAnswer:
    """With the claim that it pays, or why it pays none."""
    row = await call.read(lambda work: payments.find(work.session, call.principal.client_id, payment_id))
    if row is None:
        raise PaymentNotFound
    return PaymentAnswer.model_validate(dict(row))
