"""`/v1/ledger`: entries, accounts, the trial balance, and the books as text."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse

from services.ledger.api.answers import AccountsAnswer, EntryAnswer, TrialBalanceAnswer
from services.ledger.domain.reports import EntryFilter, Period
from services.ledger.tools import Tools
from services.ledger.usecases.draw_trial_balance import draw_trial_balance
from services.ledger.usecases.ledger_as_text import ledger_as_text
from services.ledger.usecases.list_accounts import list_accounts
from services.ledger.usecases.list_entries import list_entries
from services.ledger.usecases.show_entry import show_entry
from shared.http.bodies import Page
from shared.http.call import Call, call
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request

router = APIRouter(prefix="/v1/ledger", tags=["ledger"], route_class=JsonRoute)
Ledger = Annotated[Call[Tools], Depends(call("ledger", Tools, scope="ledger"))]


def period(
    from_: Annotated[date | None, Query(alias="from", description="First day, by the entries' dates.")] = None,
    to: Annotated[date | None, Query(description="Last day, included.")] = None,
) -> Period:
    """A dependency: the period that the query string asks for."""
    return Period(from_, to)


def entry_filter(
    days: Annotated[Period, Depends(period)],
    document_id: Annotated[UUID | None, Query(description="Entries of this document, and payments of it.")] = None,
    customer_id: Annotated[UUID | None, Query()] = None,
    account: Annotated[int | None, Query(ge=1000, le=9999, description="Entries with a posting on it.")] = None,
) -> EntryFilter:
    """A dependency: which entries the query string asks for."""
    return EntryFilter(days, document_id, customer_id, account)


@router.get("/entries", summary="Entries in the order of the books", responses=problems(400, 422))
async def entries(
    request: Request,
    response: Response,
    call: Ledger,
    which: Annotated[EntryFilter, Depends(entry_filter)],
    page: Annotated[PageRequest, Depends(page_request)],
) -> Page[EntryAnswer]:
    found = await call.read(lambda work: list_entries(work, call.client_id, which, page.limit + 1, page.after))
    kept, cursor = cut(found, page, lambda entry: entry.id)
    link_next(request, response, cursor)
    return Page(items=[EntryAnswer.of(entry) for entry in kept], next=cursor)


@router.get(
    "/entries/{entry_id}", summary="One entry", responses=problems(422, because={404: "The client has no such entry."})
)
async def entry(entry_id: UUID, call: Ledger) -> EntryAnswer:
    return EntryAnswer.of(await call.read(lambda work: show_entry(work, call.client_id, entry_id)))


@router.get("/accounts", summary="The chart of accounts with balances", responses=problems(400, 422))
async def accounts(call: Ledger) -> AccountsAnswer:
    return AccountsAnswer.of(await call.read(lambda work: list_accounts(work, call.client_id)))


@router.get("/trial-balance", summary="The trial balance of a period", responses=problems(400, 422))
async def trial_balance(call: Ledger, days: Annotated[Period, Depends(period)]) -> TrialBalanceAnswer:
    return TrialBalanceAnswer.of(await call.read(lambda work: draw_trial_balance(work, call.client_id, days)))


@router.get(
    "/text",
    summary="The books as text, for reading",
    response_class=PlainTextResponse,
    responses=problems(400, 422),
)
async def text(
    call: Ledger,
    days: Annotated[Period, Depends(period)],
    numbers: Annotated[bool, Query(description="With entry numbers.")] = False,
) -> PlainTextResponse:
    found = await call.read(lambda work: ledger_as_text(work, call.client_id, days, entry_numbers=numbers))
    return PlainTextResponse(found)
