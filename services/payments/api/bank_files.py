"""Files from the bank: OCR giro in, and what became of them out."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from services.payments.adapters.collector import gc_paused
from services.payments.api.bodies import BankFileAnswer
from services.payments.api.callers import Payments
from services.payments.domain.bank_file import LinesRefused, ReadFile, read_file
from services.payments.domain.ocr_giro import OcrGiroError
from services.payments.errors import REFUSALS, BankFileInvalid, BankFileRefused, NotFound
from services.payments.store import bank_files
from services.payments.tools import Tools
from services.payments.usecases.import_bank_file import import_bank_file
from services.payments.usecases.reject_bank_file import reject_bank_file
from shared.db.database import UnitOfWork
from shared.http.bodies import Page
from shared.http.call import NOBODY, Call
from shared.http.documentation import file_body, problems
from shared.http.idempotency import key_of
from shared.http.limits import FileRoute, JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request
from shared.http.problems import answer, language_of


class BankFileRoute(FileRoute):
    """OCR giro is text; some programs send it as nothing in particular."""

    accepts = ("text/plain", "application/octet-stream")


_files = APIRouter(prefix="/v1/bank-files", tags=["bank files"], route_class=BankFileRoute)
_lists = APIRouter(prefix="/v1/bank-files", tags=["bank files"], route_class=JsonRoute)


@_files.post(
    "",
    status_code=201,
    summary="Import a bank file",
    response_model=BankFileAnswer,
    responses=problems(
        400,
        413,
        415,
        503,
        because={
            409: "The same transmission came before with another content.",
            422: "The file is damaged, or tells of accounts that are not the client's.",
        },
    ),
    openapi_extra=file_body(BankFileRoute.accepts),
)
async def import_file(call: Payments) -> Response:
    """An OCR giro file as the bank made it: records of 80 characters, ISO-8859-1, at most 64 MiB.

    All of it is imported, or nothing. The same file again answers as it did, with `already_imported`; payments that
    another file told of before count as duplicates. A client's key takes files of the client's own accounts only; the
    bureau's key, without `Faktura-Client`, those of all clients.
    """
    await key_of(call.request)
    data = await call.request.body()
    tools = call.tools
    sha256 = await tools.objects.put(data)
    try:
        with gc_paused():
            file = await asyncio.to_thread(_read, data, call)
            return await call.once(201, lambda work: _import(work, call, file), location="/v1/bank-files/{id}")
    except BankFileRefused as refused:
        owner = call.principal.client_id or NOBODY
        async with call.unit() as work:
            await reject_bank_file(work, owner, data, sha256, refused)
        if isinstance(refused, BankFileInvalid):
            return _lines_answer(call.request, refused)
        raise


@_lists.get("", summary="List bank files", response_model=Page[BankFileAnswer], responses=problems(400, 422))
async def list_files(
    call: Payments, page: Annotated[PageRequest, Depends(page_request)], response: Response
) -> Page[BankFileAnswer]:
    """In the order they came, those that were refused too, each with the reason."""
    rows = await call.read(lambda work: bank_files.page(work.session, call.principal.client_id, page))
    kept, cursor = cut(rows, page, lambda row: row["id"])
    link_next(call.request, response, cursor)
    language = language_of(call.request)
    return Page(items=[BankFileAnswer.of(row, language) for row in kept], next=cursor)


@_lists.get("/{bank_file_id}", summary="Show a bank file", response_model=BankFileAnswer, responses=problems(404, 422))
async def show_file(bank_file_id: UUID, call: Payments) -> BankFileAnswer:
    """With the counts and sums of its import; for a client, of its own payments."""
    row = await call.read(lambda work: bank_files.find(work.session, call.principal.client_id, bank_file_id))
    if row is None:
        raise NotFound
    return BankFileAnswer.of(row, language_of(call.request))


def _read(data: bytes, call: Call[Tools]) -> ReadFile:
    """In a thread: a large file takes seconds to read."""
    try:
        return read_file(data, call.runtime.clock.today())
    except (OcrGiroError, LinesRefused) as error:
        raise BankFileInvalid(error.problems) from error


async def _import(work: UnitOfWork, call: Call[Tools], file: ReadFile) -> BankFileAnswer:
    done = await import_bank_file(work, call.principal.client_id, file)
    return BankFileAnswer.of(done.file, language_of(call.request), already_imported=done.already_imported)


def _lines_answer(request: Request, refused: BankFileInvalid) -> JSONResponse:
    """The problem with every line at fault, each with its own code."""
    language = language_of(request)
    refusal = REFUSALS[BankFileInvalid]
    errors = [
        {"line": one.line_number, "field": one.field, "code": one.code, "message": one.text(language)}
        for one in refused.problems
    ]
    return answer(request, refusal, errors=errors)


router = APIRouter()
router.include_router(_files)
router.include_router(_lists)
