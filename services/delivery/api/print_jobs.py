"""The print shop pulls: claim, fetch, renew, acknowledge, reject. A token whose claim is over answers 409, and another
shop's job 404.

The vocabulary follows IPP shared infrastructure (PWG 5100.18): fetch, acknowledge, update.
"""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.delivery.api.bodies import (
    Claim,
    ClaimBody,
    ClaimedJob,
    PrintJobAnswer,
    ReceiptBody,
    RejectionBody,
    RenewBody,
)
from services.delivery.domain.errors import PdfUnavailable
from services.delivery.domain.print_job import PrintJob, PrintState
from services.delivery.domain.print_shop import Shop
from services.delivery.store import print_jobs
from services.delivery.tools import Tools
from services.delivery.usecases.print_jobs.acknowledge_print_job import PrintReceipt, acknowledge_print_job
from services.delivery.usecases.print_jobs.claim_print_jobs import claim_print_jobs
from services.delivery.usecases.print_jobs.fetch_print_pdf import fetch_print_pdf
from services.delivery.usecases.print_jobs.reject_print_job import PrintRejection, reject_print_job
from services.delivery.usecases.print_jobs.renew_print_job import PrintRenewal, renew_print_job
from shared.db.database import UnitOfWork
from shared.http.bodies import Page
from shared.http.call import Call, call
from shared.http.documentation import file_answer, problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request
from shared.objects import ObjectDamaged, ObjectMissing

router = APIRouter(prefix="/v1/print-jobs", tags=["print"], route_class=JsonRoute)
PrintShop = Annotated[Call[Tools], Depends(call("delivery", Tools, scope="print"))]
_OVER = {409: "The token's claim is over; the problem says how the job stands now."}
_HELD = problems(404, 415, 422, because=_OVER)
_REPORT = problems(404, 415, because={**_OVER, 422: "The receipt does not fit the job."})


@router.post(
    "/claim", summary="Claim the oldest waiting jobs", response_model=Claim, responses=problems(400, 409, 415, 422)
)
async def claim(body: ClaimBody, call: PrintShop) -> Response:
    """An empty list means that nothing is waiting. The same Idempotency-Key answers the same claim again."""
    return await call.once(200, lambda work: _claim(work, call, body))


@router.get("", summary="List print jobs, oldest first", responses=problems(400, 422))
async def list_print_jobs(
    request: Request,
    response: Response,
    call: PrintShop,
    page: Annotated[PageRequest, Depends(page_request)],
    state: Annotated[PrintState | None, Query(description="Only those in this state.")] = None,
) -> Page[PrintJobAnswer]:
    shop = _shop(call)
    async with call.unit() as work:
        rows = await print_jobs.page(work.session, shop, state, page.after, page.limit + 1)
        on_page, cursor = cut(rows, page, lambda job: job.print_job_id)
        items = [PrintJobAnswer(**fields) for fields in await _fields_of(work, on_page)]
    link_next(request, response, cursor)
    return Page[PrintJobAnswer](items=items, next=cursor)


@router.get("/{print_job_id}", summary="How a print job stands", responses=problems(404, 422))
async def show_print_job(print_job_id: UUID, call: PrintShop) -> PrintJobAnswer:
    shop = _shop(call)
    async with call.unit() as work:
        return await _answer(work, await print_jobs.get(work.session, print_job_id, shop))


@router.get(
    "/{print_job_id}/pdf",
    summary="Fetch the PDF of a claimed job",
    response_class=Response,
    responses=problems(404, 422, 503, because=_OVER)
    | file_answer("application/pdf", "The file; its ETag is its SHA-256."),
)
async def fetch_pdf(
    print_job_id: UUID, call: PrintShop, token: Annotated[str, Query(min_length=1, max_length=100)]
) -> Response:
    async with call.unit() as work:
        job = await fetch_print_pdf(work, _shop(call), print_job_id, token)
    content = await _content(call, job)
    return Response(
        content, media_type="application/pdf", headers={"ETag": f'"{job.sha256}"', "Cache-Control": "no-store"}
    )


@router.post("/{print_job_id}/renew", summary="Keep a claim for longer", responses=_HELD)
async def renew(print_job_id: UUID, body: RenewBody, call: PrintShop) -> PrintJobAnswer:
    renewal = PrintRenewal(body.token, body.lease_seconds, call.tools.settings.print_claim_max_s)
    async with call.unit() as work:
        job = await renew_print_job(work, _shop(call), print_job_id, renewal)
        return await _answer(work, job)


@router.post("/{print_job_id}/ack", summary="Report a letter handed to the post", responses=_REPORT)
async def acknowledge(print_job_id: UUID, body: ReceiptBody, call: PrintShop) -> PrintJobAnswer:
    """The same receipt again answers the same."""
    receipt = PrintReceipt(body.token, body.sha256, body.sheets)
    async with call.unit() as work:
        job = await acknowledge_print_job(work, _shop(call), print_job_id, receipt, call.tools.terms)
        return await _answer(work, job)


@router.post("/{print_job_id}/reject", summary="Give a job back that cannot be printed", responses=_HELD)
async def reject(print_job_id: UUID, body: RejectionBody, call: PrintShop) -> PrintJobAnswer:
    """A retryable job returns to the queue; otherwise the next channel agreed with the customer takes over."""
    rejection = PrintRejection(body.token, body.code, body.reason, body.retryable)
    async with call.unit() as work:
        job = await reject_print_job(work, _shop(call), print_job_id, rejection, call.tools.terms)
        answer = await _answer(work, job)
    call.tools.wake()
    return answer


def _shop(call: Call[Tools]) -> Shop:
    """The shop that the key acts for; it sees no other shop's jobs."""
    return call.tools.shops.of_key(call.principal.key_id)


async def _claim(work: UnitOfWork, call: Call[Tools], body: ClaimBody) -> Claim:
    jobs = await claim_print_jobs(work, _shop(call), call.principal.key_id, limit=body.max, lease_s=body.lease_seconds)
    all_fields = await _fields_of(work, jobs)
    return Claim(jobs=[_claimed(job, fields) for job, fields in zip(jobs, all_fields, strict=True)])


def _claimed(job: PrintJob, fields: dict[str, Any]) -> ClaimedJob:
    pdf = f"{router.prefix}/{job.print_job_id}/pdf?token={job.token}"
    return ClaimedJob(**fields, token=job.token or "", pdf=pdf)


async def _answer(work: UnitOfWork, job: PrintJob) -> PrintJobAnswer:
    (fields,) = await _fields_of(work, [job])
    return PrintJobAnswer(**fields)


async def _fields_of(work: UnitOfWork, jobs: Sequence[PrintJob]) -> list[dict[str, Any]]:
    documents = await print_jobs.documents(work.session, jobs)
    return [_fields(job, documents[job.print_job_id]) for job in jobs]


def _fields(job: PrintJob, document: Any) -> dict[str, Any]:
    own = {name: getattr(job, name) for name in PrintJobAnswer.model_fields if hasattr(job, name)}
    return own | {
        "id": job.print_job_id,
        "lease_seconds": round(job.lease_s, 1),
        "document_id": document.document_id,
        "kind": document.kind,
        "number": document.number,
        "seller": document.seller_name,
        "customer": document.customer_name,
    }


async def _content(call: Call[Tools], job: PrintJob) -> bytes:
    try:
        content: bytes = await call.tools.objects.get(job.sha256)
    except (ObjectMissing, ObjectDamaged, OSError) as error:
        raise PdfUnavailable(print_job_id=job.print_job_id) from error
    return content
