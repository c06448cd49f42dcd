"""Changes of bank accounts and new keys that wait for a second person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.customers.api.callers import ApproverCall, BureauCall
from services.customers.usecases.approve import approve
from shared.db.database import UnitOfWork
from shared.http.approvals import (
    ApprovalAnswer,
    DeclineBody,
    StateFilter,
    approval_answer,
    approvals_page,
    person_of,
    reject,
)
from shared.http.bodies import Page
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, page_request

router = APIRouter(prefix="/v1/approvals", route_class=JsonRoute, tags=["approvals"])


@router.get("", summary="List approvals", responses=problems(400, 422))
async def list_approvals(
    request: Request,
    response: Response,
    call: BureauCall,
    page: Annotated[PageRequest, Depends(page_request)],
    state: StateFilter = None,
) -> Page[ApprovalAnswer]:
    """In the order of the requests: those that wait, and what became of the others."""
    return await approvals_page(call, request, response, page, state)


@router.get("/{approval_id}", summary="Show an approval", responses=problems(404, 422))
async def show_approval(approval_id: UUID, call: BureauCall) -> ApprovalAnswer:
    """What would change, who requested it, and who decided."""
    return await approval_answer(call, approval_id)


@router.post(
    "/{approval_id}/approve",
    response_model=ApprovalAnswer,
    summary="Approve a change",
    responses=problems(400, 404, 409, 422),
)
async def approve_approval(approval_id: UUID, call: ApproverCall) -> Response:
    """By another person than the requester, with a key of their own; both keys name their holder. The change takes
    effect at once."""

    async def act(work: UnitOfWork) -> ApprovalAnswer:
        approved = await approve(work, approval_id, person_of(call))
        return ApprovalAnswer.of(approved, work.clock.now())

    return await call.once(200, act)


@router.post(
    "/{approval_id}/reject",
    response_model=ApprovalAnswer,
    summary="Reject a change",
    responses=problems(400, 404, 409, 415, 422),
)
async def reject_approval(approval_id: UUID, body: DeclineBody, call: ApproverCall) -> Response:
    """With the reason. Whoever requested it may withdraw it like this."""
    return await reject(call, approval_id, body)
