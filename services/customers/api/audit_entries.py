"""The audit: who changed what, in all services."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime, Field

from services.customers.domain.audit import LoggedEntry
from services.customers.store import audit_log
from services.customers.store.audit_log import EntryQuery
from services.customers.tools import Tools
from shared.http.bodies import Answer, Page
from shared.http.call import Call, call
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request
from shared.values import Actor

router = APIRouter(prefix="/v1/audit-entries", route_class=JsonRoute, tags=["audit"])
Audit = Annotated[Call[Tools], Depends(call("customers", Tools, scope="audit"))]


class AuditEntryAnswer(Answer):
    id: UUID = Field(validation_alias="entry_id")
    recorded_at: datetime
    service: str
    client_id: UUID | None = Field(description="Whose data was changed; null for the bureau's own.")
    actor: Actor
    key_id: UUID | None
    action: str = Field(
        description="An operation as in this document, or a command.", examples=["PUT /v1/customers/{customer_id}"]
    )
    resource: str = Field(examples=["customers"])
    resource_id: UUID | None
    before: dict[str, Any] | None = Field(
        description="Without secrets; null where it did not exist, or is kept unchanged elsewhere, as documents are."
    )
    after: dict[str, Any] | None
    request_id: str = Field(description="`X-Correlation-Id` of the request.")


Period = tuple[datetime | None, datetime | None]


def _period(
    since: Annotated[AwareDatetime | None, Query(alias="from", description="Recorded then or later.")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="Recorded before then.")] = None,
) -> Period:
    return since, until


def _query(
    period: Annotated[Period, Depends(_period)],
    client_id: Annotated[UUID | None, Query(description="For the bureau; a client only sees its own.")] = None,
    key_id: UUID | None = None,
    resource: Annotated[str | None, Query(max_length=100, description="As `invoices`.")] = None,
    resource_id: UUID | None = None,
) -> EntryQuery:
    return EntryQuery(client_id, key_id, resource, resource_id, *period)


@router.get("", summary="List who changed what", responses=problems(400, 422))
async def list_entries(
    request: Request,
    response: Response,
    call: Audit,
    page: Annotated[PageRequest, Depends(page_request)],
    query: Annotated[EntryQuery, Depends(_query)],
) -> Page[AuditEntryAnswer]:
    """In the order received from the services, some seconds after the change. New entries only come at the end."""
    rows = await call.read(lambda work: audit_log.fetch_page(work.session, query, page))
    entries, cursor = cut(rows, page, lambda entry: entry.entry_id)
    link_next(request, response, cursor)
    return Page(items=[_answer(entry) for entry in entries], next=cursor)


def _answer(entry: LoggedEntry) -> AuditEntryAnswer:
    return AuditEntryAnswer.model_validate(entry)
