"""Bank files: import and lists."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from services.payments.api.bodies import BankFileAnswer, LineProblem
from services.payments.api.callers import BankFileImport, Payments
from services.payments.domain.bank_file import Coming, FileDigests, ReceivedFile
from services.payments.domain.booking import OLDEST
from services.payments.domain.errors import BankFileInvalid, BankFileNotFound, BankFileRejected
from services.payments.domain.file_channels import is_agreed_channel
from services.payments.domain.file_formats import MEDIA_TYPES
from services.payments.errors import REFUSALS
from services.payments.store import bank_files
from services.payments.tools import Tools
from services.payments.usecases.import_bank_file import import_bank_file
from services.payments.usecases.receive_file import receive_file
from services.payments.usecases.reject_bank_file import reject_bank_file
from services.payments.usecases.request_import import request_import
from shared.db.database import UnitOfWork
from shared.garbage import gc_paused
from shared.http.approvals import ApprovalAnswer, requested_by
from shared.http.bodies import Page
from shared.http.call import NOBODY, Call
from shared.http.documentation import Responses, file_body, problems
from shared.http.idempotency import key_of
from shared.http.limits import MAX_BYTES, FileRoute, JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request
from shared.http.problems import answer, language_of


class BankFileRoute(FileRoute):
    accepts = MEDIA_TYPES
    max_bytes = 64 * MAX_BYTES
    max_seconds = 600.0


_APPROVALS = "/v1/bank-file-approvals"
_WAITING: Responses = {
    202: {"model": ApprovalAnswer, "description": f"A second person must approve it: `{_APPROVALS}/{{id}}`."}
}
_files = APIRouter(prefix="/v1/bank-files", tags=["bank files"], route_class=BankFileRoute)
_lists = APIRouter(prefix="/v1/bank-files", tags=["bank files"], route_class=JsonRoute)


@_files.post(
    "",
    status_code=201,
    summary="Import a bank file",
    response_model=BankFileAnswer,
    responses=_WAITING
    | problems(
        400,
        413,
        415,
        503,
        because={
            409: "A transmission of the same number and day was imported before with different content.",
            422: "The file is damaged, or reports on accounts that are not the client's.",
        },
    ),
    openapi_extra=file_body(BankFileRoute.accepts),
)
async def import_file(
    call: BankFileImport,
    accept_old: Annotated[
        bool,
        Query(
            description=f"Whether a person has seen that settlement dates more than {OLDEST.days} days ago are right."
        ),
    ] = False,
) -> Response:
    """An OCR giro file as the bank made it: records of 80 characters, ISO-8859-1, at most 64 MiB.

    All of it is imported, or nothing. Sent again, the same file gets the same answer with `already_imported`; payments
    that an earlier file reported count as duplicates. With a client's key a file may only report on the client's own
    accounts, with the bureau's key and without `Faktura-Client` on those of all clients.

    A file that is older than it should be (`settlement-date-old`) is imported with `accept_old=true`.

    A program imports at once with a key that was issued for it: one with `payments:import` and no holder. What a person
    imports waits for a second person's approval: 202.
    """
    await key_of(call.request)
    data = await call.request.body()
    await call.tools.objects.put(data)
    digests = await asyncio.to_thread(FileDigests.of, data)
    coming = Coming("bureau" if call.principal.kind == "bureau" else "client", accept_old)
    try:
        received = await receive_file(data, digests, coming, call.runtime.clock.today())
        if await _takes_approval(call, digests):
            return await call.once(202, lambda work: _request(work, call, received), location=f"{_APPROVALS}/{{id}}")
        with gc_paused():
            return await call.once(201, lambda work: _import(work, call, received), location="/v1/bank-files/{id}")
    except BankFileRejected as error:
        async with call.unit() as work:
            await reject_bank_file(work, call.principal.client_id or NOBODY, digests, error)
        if isinstance(error, BankFileInvalid):
            return _invalid_answer(call.request, error)
        raise


@_lists.get("", summary="List bank files", response_model=Page[BankFileAnswer], responses=problems(400, 422))
async def list_files(
    call: Payments, page: Annotated[PageRequest, Depends(page_request)], response: Response
) -> Page[BankFileAnswer]:
    """In the order received. Rejected files are listed too, with the reason."""
    rows = await call.read(lambda work: bank_files.page(work.session, call.principal.client_id, page))
    files, cursor = cut(rows, page, lambda row: row["id"])
    link_next(call.request, response, cursor)
    language = language_of(call.request)
    return Page(items=[BankFileAnswer.of(file, language) for file in files], next=cursor)


@_lists.get("/{bank_file_id}", summary="Show a bank file", response_model=BankFileAnswer, responses=problems(404, 422))
async def show_file(bank_file_id: UUID, call: Payments) -> BankFileAnswer:
    """With the counts and sums of its import. A client sees those of its own payments."""
    file = await call.read(lambda work: bank_files.find(work.session, call.principal.client_id, bank_file_id))
    if file is None:
        raise BankFileNotFound
    return BankFileAnswer.of(file, language_of(call.request))


async def _takes_approval(call: Call[Tools], digests: FileDigests) -> bool:
    """Not when the file was imported before: then it gets its answer again."""
    principal, content = call.principal, digests.content_sha256
    if is_agreed_channel(principal.scopes, principal.holder):
        return False
    return await call.read(lambda work: bank_files.find_content(work.session, principal.client_id, content)) is None


async def _request(work: UnitOfWork, call: Call[Tools], received: ReceivedFile) -> ApprovalAnswer:
    approval = await request_import(work, call.principal.client_id, received, requested_by(call))
    return ApprovalAnswer.of(approval, work.clock.now())


async def _import(work: UnitOfWork, call: Call[Tools], received: ReceivedFile) -> BankFileAnswer:
    imported = await import_bank_file(work, call.principal.client_id, received)
    language = language_of(call.request)
    return BankFileAnswer.of(imported.columns, language, already_imported=imported.already_imported)


def _invalid_answer(request: Request, error: BankFileInvalid) -> JSONResponse:
    """The problem, with each line at fault as an error with its own code."""
    language = language_of(request)
    errors = [LineProblem.of(problem, language).model_dump() for problem in error.problems]
    return answer(request, REFUSALS[BankFileInvalid], errors=errors)


router = APIRouter()
router.include_router(_files)
router.include_router(_lists)
