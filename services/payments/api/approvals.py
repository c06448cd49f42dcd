"""Bank files that a person imports, and that wait for a second person."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.payments.api.callers import Approver, Payments
from services.payments.domain.bank_file import Coming, FileDigests, ReceivedFile
from services.payments.tools import Tools
from services.payments.usecases.approve import approve
from services.payments.usecases.receive_file import receive_file
from shared.db import approvals
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
from shared.http.call import Call
from shared.http.documentation import problems
from shared.http.idempotency import key_of
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, page_request

router = APIRouter(prefix="/v1/bank-file-approvals", route_class=JsonRoute, tags=["bank files"])


@router.get("", summary="List approvals of bank files", responses=problems(400, 422))
async def list_file_approvals(
    request: Request,
    response: Response,
    call: Payments,
    page: Annotated[PageRequest, Depends(page_request)],
    state: StateFilter = None,
) -> Page[ApprovalAnswer]:
    """In the order of the requests: those that wait, and what became of the others."""
    return await approvals_page(call, request, response, page, state)


@router.get("/{approval_id}", summary="Show an approval of bank files", responses=problems(404, 422))
async def show_file_approval(approval_id: UUID, call: Payments) -> ApprovalAnswer:
    """What would change, who requested it, and who decided."""
    return await approval_answer(call, approval_id)


@router.post(
    "/{approval_id}/approve",
    response_model=ApprovalAnswer,
    summary="Approve the import of a bank file",
    responses=problems(400, 404, 409, 422, 503),
)
async def approve_file_approval(approval_id: UUID, call: Approver) -> Response:
    """By another person than the requester, with a key of their own; both keys name their holder. The file is
    imported at once."""
    await key_of(call.request)
    received = await _waiting_file(call, approval_id)

    async def act(work: UnitOfWork) -> ApprovalAnswer:
        approved = await approve(work, approval_id, person_of(call), received)
        return ApprovalAnswer.of(approved, work.clock.now())

    return await call.once(200, act)


@router.post(
    "/{approval_id}/reject",
    response_model=ApprovalAnswer,
    summary="Reject the import of a bank file",
    responses=problems(400, 404, 409, 415, 422),
)
async def reject_file_approval(approval_id: UUID, body: DeclineBody, call: Approver) -> Response:
    """With the reason. Whoever requested it may withdraw it like this."""
    return await reject(call, approval_id, body)


async def _waiting_file(call: Call[Tools], approval_id: UUID) -> ReceivedFile:
    """Fetched and read before the transaction: it may be large, and the store slow."""
    waiting = await call.read(lambda work: approvals.get(work.session, approval_id))
    data = await call.tools.objects.get(waiting.after["sha256"])
    digests = await asyncio.to_thread(FileDigests.of, data)
    coming = Coming(waiting.sealed["channel"], accept_old=waiting.after.get("accept_old", False))
    return await receive_file(data, digests, coming, call.runtime.clock.today())
