"""Claims: what is owed by each invoice."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.payments.api.bodies import ClaimAnswer, ClaimHoldBody
from services.payments.api.callers import Holding, Payments
from services.payments.domain.claim import ClaimKey
from services.payments.domain.claim_hold import Signature
from services.payments.domain.errors import ClaimNotFound
from services.payments.domain.words import ClaimState
from services.payments.store import claim_holds, claims
from services.payments.tables import ClaimRow
from services.payments.tools import Tools
from services.payments.usecases.hold_claim import hold_claim
from services.payments.usecases.release_claim import release_claim
from shared.db.database import UnitOfWork
from shared.http.bodies import Page
from shared.http.call import Call
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

    async def query(work: UnitOfWork) -> tuple[list[ClaimAnswer], str | None]:
        rows = await claims.page(work.session, call.principal.client_id, page, state=state, customer_id=customer_id)
        items, cursor = cut(rows, page, lambda row: row.document_id)
        return await _answers(work, items), cursor

    items, cursor = await call.read(query)
    link_next(call.request, response, cursor)
    return Page(items=items, next=cursor)


@router.get("/{document_id}", summary="Show a claim", response_model=ClaimAnswer, responses=problems(404, 422))
async def show_claim(document_id: UUID, call: Payments) -> ClaimAnswer:
    """By the invoice's id."""
    return await call.read(lambda work: _answer(work, call.principal.client_id, document_id))


@router.post(
    "/{document_id}/hold",
    response_model=ClaimAnswer,
    status_code=201,
    summary="Put a claim on hold",
    responses=problems(400, 404, 409, 415, 422),
)
async def hold(document_id: UUID, body: ClaimHoldBody, call: Holding) -> Response:
    """The customer disputes it: it does not become overdue, and nobody is reminded, until the last day of the hold is
    over or the claim is released. It can be paid and credited meanwhile."""

    async def act(work: UnitOfWork) -> ClaimAnswer:
        await hold_claim(work, call.client_id, body.to_hold(document_id, _signature(work, call)))
        return await _answer(work, call.client_id, document_id)

    return await call.once(201, act)


@router.post(
    "/{document_id}/release",
    response_model=ClaimAnswer,
    summary="Release a claim",
    responses=problems(400, 404, 409, 422),
)
async def release(document_id: UUID, call: Holding) -> Response:
    """Its reminders go on where they were: the next is sent at once if its time has come."""

    async def act(work: UnitOfWork) -> ClaimAnswer:
        await release_claim(work, call.client_id, document_id, _signature(work, call))
        return await _answer(work, call.client_id, document_id)

    return await call.once(200, act)


def _signature(work: UnitOfWork, call: Call[Tools]) -> Signature:
    return Signature(work.clock.today(), call.principal.key_id, call.principal.holder)


async def _answer(work: UnitOfWork, client_id: UUID | None, document_id: UUID) -> ClaimAnswer:
    """Raises ClaimNotFound."""
    row = await claims.find(work.session, client_id, document_id)
    if row is None:
        raise ClaimNotFound
    [answer] = await _answers(work, [row])
    return answer


async def _answers(work: UnitOfWork, rows: Sequence[ClaimRow]) -> list[ClaimAnswer]:
    keys = [ClaimKey(row.client_id, row.document_id) for row in rows]
    holds = await claim_holds.of_claims(work.session, keys)
    today = work.clock.today()
    return [ClaimAnswer.of(row, holds[key], today) for row, key in zip(rows, keys, strict=True)]
