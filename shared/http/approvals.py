"""Approvals over HTTP, the same in every service that has any."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import Field

from shared.approvals import Approval, Person, Requested, ShownState
from shared.db import approvals
from shared.db.database import UnitOfWork
from shared.http.bodies import Answer, Body, Page, example
from shared.http.call import Call
from shared.http.paging import PageRequest, cut, link_next

ReasonText = Annotated[str, Field(min_length=1, max_length=500)]
StateFilter = Annotated[ShownState | None, Query(description="Only those in this state.")]


class DeclineBody(Body):
    model_config = example({"reason": "The client says that it has not changed its bank."})

    reason: ReasonText


class PersonAnswer(Answer):
    key_id: UUID
    holder: str | None


class ApprovalAnswer(Answer):
    """A change that takes effect when a second person approves it."""

    id: UUID
    client_id: UUID | None
    kind: str
    before: dict[str, Any]
    after: dict[str, Any]
    requested_by: PersonAnswer
    requested_at: datetime
    expires_at: datetime
    state: ShownState
    decided_by: PersonAnswer | None
    decided_at: datetime | None
    reason: str | None = Field(description="Why it was rejected.")
    result_id: UUID | None = Field(description="What came of it: the client, the key or the bank file.")

    @classmethod
    def of(cls, approval: Approval, now: datetime, **more: object) -> Self:
        requested, decided_by = approval.requested, approval.decided_by
        names = ("client_id", "kind", "before", "after", "decided_at", "reason", "result_id")
        fields = {name: getattr(approval, name) for name in names} | {
            "id": approval.approval_id,
            "requested_by": PersonAnswer.model_validate(requested.by),
            "requested_at": requested.at,
            "expires_at": requested.expires_at,
            "state": approval.shown_state(now),
            "decided_by": PersonAnswer.model_validate(decided_by) if decided_by else None,
        }
        return cls.model_validate(fields | more)


def person_of(call: Call[Any]) -> Person:
    return Person(call.principal.key_id, call.principal.holder, call.principal.introduced_by)


def requested_by(call: Call[Any]) -> Requested:
    """The caller, who asks now; how long it may be approved is a setting."""
    now = call.runtime.clock.now()
    return Requested(person_of(call), now, now + timedelta(days=call.runtime.settings.approval_days))


async def approvals_page(
    call: Call[Any], request: Request, response: Response, page: PageRequest, state: ShownState | None
) -> Page[ApprovalAnswer]:
    """In the order of the requests."""
    now = call.runtime.clock.now()
    rows = await call.read(lambda work: approvals.fetch_page(work.session, state, now, page.after, page.limit + 1))
    items, cursor = cut(rows, page, lambda approval: approval.approval_id)
    link_next(request, response, cursor)
    return Page(items=[ApprovalAnswer.of(approval, now) for approval in items], next=cursor)


async def approval_answer(call: Call[Any], approval_id: UUID) -> ApprovalAnswer:
    """Raises ApprovalNotFound."""
    approval = await call.read(lambda work: approvals.get(work.session, approval_id))
    return ApprovalAnswer.of(approval, call.runtime.clock.now())


async def reject(call: Call[Any], approval_id: UUID, body: DeclineBody) -> Response:
    """Nothing else happens in the transaction."""

    async def act(work: UnitOfWork) -> ApprovalAnswer:
        now = work.clock.now()
        rejected = await approvals.reject(work.session, approval_id, person_of(call), now, body.reason)
        return ApprovalAnswer.of(rejected, now)

    return await call.once(200, act)
