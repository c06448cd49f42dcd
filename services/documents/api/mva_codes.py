"""/v1/mva-codes: which codes a line may have, and their rates on a day."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from services.documents.api.bodies import Day
from services.documents.api.common import Documents
from shared.http.bodies import Answer
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.mva import MVA_CODES, MvaCode, NoMvaRateError, rate_on
from shared.values import Exact

router = APIRouter(prefix="/v1/mva-codes", tags=["MVA"], route_class=JsonRoute)


class MvaCodeAnswer(Answer):
    """A code with its rate in percent, 0 where there is no tax."""

    code: str
    rate: Exact
    name_nb: str
    name_en: str
    ehf_category: str
    exemption_text_nb: str | None
    exemption_text_en: str | None


class MvaCodesAnswer(Answer):
    on: date
    items: list[MvaCodeAnswer]


@router.get("", summary="MVA codes of sales and their rates", responses=problems(422))
async def codes(
    call: Documents, on: Annotated[Day | None, Query(description="Default: today.")] = None
) -> MvaCodesAnswer:
    """The codes in force on the day."""
    day = on or call.runtime.clock.today()
    answers = [_answer(code, day) for code in MVA_CODES.values()]
    return MvaCodesAnswer(on=day, items=[answer for answer in answers if answer is not None])


def _answer(code: MvaCode, day: date) -> MvaCodeAnswer | None:
    try:
        rate = rate_on(code.code, day)
    except NoMvaRateError:
        return None
    return MvaCodeAnswer(
        code=code.code,
        rate=rate,
        name_nb=code.name_nb,
        name_en=code.name_en,
        ehf_category=code.ehf_category,
        exemption_text_nb=code.exemption_text_nb,
        exemption_text_en=code.exemption_text_en,
    )
