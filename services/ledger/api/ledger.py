"""`/v1/ledger`: entries, accounts, the trial balance, and the books as text."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse

from services.ledger.api.answers import AccountsAnswer, EntryAnswer, TrialBalanceAnswer
from services.ledger.domain.reports import EntryQuery, Period
from services.ledger.store import accounts, entries
from services.ledger.tools import Tools
from services.ledger.usecases.ledger_as_text import ledger_as_text
from shared.http.bodies import Page
from shared.http.call import Call, call
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request

router = APIRouter(prefix="/v1/ledger", tags=["ledger"], route_class=JsonRoute)
LedgerCall = Annotated[Call[Tools], Depends(call("ledger", Tools, scope="ledger"))]


def period_of_query(
    from_: Annotated[date | None, Query(alias="from", description="First day, by the dates of the entries.")] = None,
    to: Annotated[date | None, Query(description="Last day, included.")] = None,
) -> Period:
    """A dependency: the period of the query string."""
    return Period(from_, to)


def entry_query(
    period: Annotated[Period, Depends(period_of_query)],
    document_id: Annotated[UUID | None, Query(description="The entry of this document, and its payments.")] = None,
    customer_id: Annotated[UUID | None, Query()] = None,
    account: Annotated[int | None, Query(ge=1000, le=9999, description="Entries with a posting on it.")] = None,
) -> EntryQuery:
    """A dependency: the query string as a value."""
    return EntryQuery(period, document_id, customer_id, account)


@router.get("/entries", summary="Entries in the order of the books", responses=problems(400, 422))
async def list_entries(
    request: Request,
    response: Response,
    call: LedgerCall,
    query: Annotated[EntryQuery, Depends(entry_query)],
    page: Annotated[PageRequest, Depends(page_request)],
) -> Page[EntryAnswer]:
    rows = await call.read(lambda work: entries.select(work.session, call.client_id, query, page.limit + 1, page.after))
    items, cursor = cut(rows, page, lambda entry: entry.id)
    link_next(request, response, cursor)
    return Page(items=[EntryAnswer.of(entry) for entry in items], next=cursor)


@router.get(
    "/entries/{entry_id}", summary="One entry", responses=problems(422, because={404: "The client has no such entry."})
)
async def show_entry(entry_id: UUID, call: LedgerCall) -> EntryAnswer:
    return EntryAnswer.of(await call.read(lambda work: entries.get(work.session, call.client_id, entry_id)))


@router.get("/accounts", summary="The chart of accounts with balances", responses=problems(400, 422))
async def list_accounts(call: LedgerCall) -> AccountsAnswer:
    return AccountsAnswer.of(await call.read(lambda work: accounts.balances(work.session, call.client_id)))


@router.get("/trial-balance", summary="The trial balance of a period", responses=problems(400, 422))
async def show_trial_balance(
    call: LedgerCall, period: Annotated[Period, Depends(period_of_query)]
) -> TrialBalanceAnswer:
    lines = await call.read(lambda work: accounts.trial_balance(work.session, call.client_id, period))
    return TrialBalanceAnswer.of(lines)


@router.get(
    "/text",
    summary="The books as text, for reading",
    response_class=PlainTextResponse,
    responses=problems(400, 422),
)
async def show_text(
    call: LedgerCall,
    period: Annotated[Period, Depends(period_of_query)],
    numbers: Annotated[bool, Query(description="Include entry numbers.")] = False,
) -> PlainTextResponse:
    text = await call.read(lambda work: ledger_as_text(work, call.client_id, period, entry_numbers=numbers))
    return PlainTextResponse(text)
