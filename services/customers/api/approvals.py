"""Changes of bank accounts and new keys that wait for a second person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.customers.api.callers import ApproverCall, BureauCall
from services.customers.usecases.approve import approve
from shared.db import approvals
from shared.db.database import UnitOfWork
from shared.http.approvals import ApprovalAnswer, DeclineBody, StateFilter, person_of
from shared.http.bodies import Page
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request

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
    now = call.runtime.clock.now()
    rows = await call.read(lambda work: approvals.fetch_page(work.session, state, now, page.after, page.limit + 1))
    items, cursor = cut(rows, page, lambda approval: approval.approval_id)
    link_next(request, response, cursor)
    return Page(items=[ApprovalAnswer.of(approval, now) for approval in items], next=cursor)


@router.get("/{approval_id}", summary="Show an approval", responses=problems(404, 422))
async def show_approval(approval_id: UUID, call: BureauCall) -> ApprovalAnswer:
    """What would change, who requested it, and who decided."""
    approval = await call.read(lambda work: approvals.get(work.session, approval_id))
    return ApprovalAnswer.of(approval, call.runtime.clock.now())


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

    async def act(work: UnitOfWork) -> ApprovalAnswer:
        now = work.clock.now()
        rejected = await approvals.reject(work.session, approval_id, person_of(call), now, body.reason)
        return ApprovalAnswer.of(rejected, now)

    return await call.once(200, act)
