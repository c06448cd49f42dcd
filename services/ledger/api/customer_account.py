"""`/v1/customers/{customer_id}/account`: the account of a customer whom another service owns."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.ledger.api.answers import CustomerAccountAnswer
from services.ledger.tools import Tools
from services.ledger.usecases.show_customer_account import Part, show_customer_account
from shared.http.call import Call, call
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request

router = APIRouter(prefix="/v1/customers/{customer_id}/account", tags=["ledger"], route_class=JsonRoute)


def part(
    page: Annotated[PageRequest, Depends(page_request)],
    settled: Annotated[bool, Query(description="Also documents with nothing left.")] = False,
) -> Part:
    """A dependency: the part that the query string asks for, and one posting more, to tell if there is more."""
    return Part(page.limit + 1, page.after, settled)


@router.get(
    "",
    summary="A customer's account: open items, postings and balance",
    responses=problems(400, 422, because={404: "Nothing has been posted on this customer."}),
)
async def account(
    customer_id: UUID,
    request: Request,
    response: Response,
    call: Annotated[Call[Tools], Depends(call("ledger", Tools, scope="ledger"))],
    asked: Annotated[Part, Depends(part)],
) -> CustomerAccountAnswer:
    found = await call.read(lambda work: show_customer_account(work, call.client_id, customer_id, asked))
    moves, cursor = cut(found.moves, PageRequest(asked.limit - 1, asked.after), lambda move: move.entry_id)
    link_next(request, response, cursor)
    return CustomerAccountAnswer.of(found, moves, cursor)
