"""/v1/number-series: which numbers the documents of a client have, and where they begin."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from services.documents.api.common import Documents
from services.documents.domain.number_series import NumberSeries, all_series
from services.documents.store import copies, numbers
from services.documents.tools import Tools
from services.documents.usecases.number_series.set_first_number import set_first_number
from shared.db.database import UnitOfWork
from shared.http.bodies import Answer, Body, example
from shared.http.call import Call, call
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.values import DocumentKind

LARGEST_FIRST_NUMBER = 999_999_999

Bureau = Annotated[Call[Tools], Depends(call("documents", Tools, scope="bureau"))]
router = APIRouter(prefix="/v1/number-series", tags=["number series"], route_class=JsonRoute)


class FirstNumberBody(Body):
    """Where a series begins."""

    model_config = example({"first_number": 201})

    first_number: int = Field(ge=1, le=LARGEST_FIRST_NUMBER, description="The number of the first document.")


class NumberSeriesAnswer(Answer):
    """`is_locked`: the first number has been set or used, and stays."""

    series: DocumentKind
    first_number: int
    next_number: int
    is_locked: bool


class AllSeriesAnswer(Answer):
    items: list[NumberSeriesAnswer]


@router.get("", summary="List the number series", responses=problems())
async def listing(call: Documents) -> AllSeriesAnswer:
    """One for each kind of document, with its first number and the next one."""
    series = await call.read(lambda work: _all_series(work, call))
    return AllSeriesAnswer(items=[NumberSeriesAnswer.model_validate(row) for row in series])


@router.put("/{series}", summary="Set the first number of a series", responses=problems(400, 404, 409, 415, 422, 503))
async def put(series: DocumentKind, body: FirstNumberBody, call: Bureau) -> NumberSeriesAnswer:
    """Once, before the series has its first document: for a client that goes on with the numbers of another system.

    The first invoice number is set with the client.
    """
    first = await call.act(lambda work: set_first_number(work, call.client_id, series, body.first_number))
    return NumberSeriesAnswer.model_validate(first)


async def _all_series(work: UnitOfWork, call: Call[Tools]) -> list[NumberSeries]:
    client = await copies.client(work.session, call.client_id)
    return list(all_series(client, await numbers.all_begun(work.session, call.client_id)))
