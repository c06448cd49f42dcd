"""`/v1/customers/{customer_id}/account`: what a customer owes. The customer itself belongs to another service."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.ledger.api.answers import CustomerAccountAnswer
from services.ledger.tools import Tools
from services.ledger.usecases.show_customer_account import AccountQuery, show_customer_account
from shared.http.call import Call, call
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request

router = APIRouter(prefix="/v1/customers/{customer_id}/account", tags=["ledger"], route_class=JsonRoute)


def account_query(
    page: Annotated[PageRequest, Depends(page_request)],
    settled: Annotated[bool, Query(description="Include documents with nothing left.")] = False,
) -> AccountQuery:
    """A dependency: the query string as a value."""
    return AccountQuery(page, settled)


@router.get(
    "",
    summary="A customer's account: open items, postings and balance",
    responses=problems(400, 422, because={404: "Nothing was ever posted on this customer."}),
)
async def show(
    customer_id: UUID,
    request: Request,
    response: Response,
    call: Annotated[Call[Tools], Depends(call("ledger", Tools, scope="ledger"))],
    query: Annotated[AccountQuery, Depends(account_query)],
) -> CustomerAccountAnswer:
    account = await call.read(lambda work: show_customer_account(work, call.client_id, customer_id, query))
    postings, cursor = cut(account.postings, query.page, lambda posting: posting.entry_id)
    link_next(request, response, cursor)
    return CustomerAccountAnswer.of(account, postings, cursor)
