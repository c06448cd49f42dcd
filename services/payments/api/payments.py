"""Bank payments, and the claims that they pay."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.payments.api.bodies import MatchesBody, PaymentAnswer, RefundBody
from services.payments.api.callers import Matcher, Payments
from services.payments.domain.errors import PaymentNotFound
from services.payments.domain.words import PaymentState
from services.payments.store import payments
from services.payments.usecases.match_payment import match_payment
from services.payments.usecases.refund_payment import refund_payment
from services.payments.usecases.undo_match import undo_match
from shared.db.database import UnitOfWork
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
    return await call.read(lambda work: _answer(work, call.principal.client_id, payment_id))


@router.post(
    "/{payment_id}/matches",
    response_model=PaymentAnswer,
    status_code=201,
    summary="Match a payment by hand",
    responses=problems(400, 404, 409, 415, 422, 503),
)
async def match_by_hand(payment_id: UUID, body: MatchesBody, call: Matcher) -> Response:
    """Unmatched money goes to one or more claims of the client, wholly or in part; no claim gets more than it lacks.

    Money that the bank took back (negative) is charged to claims that were paid, and reopens them.
    """

    async def act(work: UnitOfWork) -> PaymentAnswer:
        await match_payment(work, call.client_id, payment_id, body.to_shares())
        return await _answer(work, call.client_id, payment_id)

    return await call.once(201, act)


@router.post(
    "/{payment_id}/matches/{match_id}/undo",
    response_model=PaymentAnswer,
    summary="Undo a match",
    responses=problems(400, 404, 409, 422, 503),
)
async def undo(payment_id: UUID, match_id: UUID, call: Matcher) -> Response:
    """The money is unmatched again, and a claim that lacks it is reopened. Automatic matches can be undone too."""

    async def act(work: UnitOfWork) -> PaymentAnswer:
        await undo_match(work, call.client_id, payment_id, match_id)
        return await _answer(work, call.client_id, payment_id)

    return await call.once(200, act)


@router.post(
    "/{payment_id}/refunds",
    response_model=PaymentAnswer,
    status_code=201,
    summary="Note that money was sent back",
    responses=problems(400, 404, 409, 415, 422, 503),
)
async def refund(payment_id: UUID, body: RefundBody, call: Matcher) -> Response:
    """Of unmatched money only: undo a match first. No money is moved by this; the client's bank does that."""

    async def act(work: UnitOfWork) -> PaymentAnswer:
        await refund_payment(work, call.client_id, body.to_refund(payment_id))
        return await _answer(work, call.client_id, payment_id)

    return await call.once(201, act)


async def _answer(work: UnitOfWork, client_id: UUID | None, payment_id: UUID) -> PaymentAnswer:
    """Raises PaymentNotFound."""
    row = await payments.find(work.session, client_id, payment_id)
    if row is None:
        raise PaymentNotFound
    return PaymentAnswer.model_validate(dict(row))
