"""/v1/invoices: drafts, issuing one or many, crediting."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.documents.api.answers import BlockAnswer, DocumentAnswer, DocumentItem, IssuedItem
from services.documents.api.bodies import BlockBody, ChangedInvoiceBody, CreditBody, InvoiceBody
from services.documents.api.common import Documents, Listing, document_answer, page_of, read_document
from services.documents.domain.draft import DraftVersion
from services.documents.store import documents
from services.documents.usecases.invoices.change_invoice import change_invoice
from services.documents.usecases.invoices.credit_invoice import credit_invoice
from services.documents.usecases.invoices.discard_invoice import discard_invoice
from services.documents.usecases.invoices.draft_invoice import draft_invoice
from services.documents.usecases.invoices.issue_invoices import issue_invoices
from shared.db.database import UnitOfWork
from shared.http.bodies import Page
from shared.http.documentation import problems
from shared.http.limits import JsonRoute
from shared.http.versions import SeenVersions

router = APIRouter(prefix="/v1/invoices", tags=["invoices"], route_class=JsonRoute)


@router.post(
    "",
    status_code=201,
    response_model=DocumentAnswer,
    summary="Draft an invoice",
    responses=problems(400, 404, 409, 415, 422),
)
async def draft(body: InvoiceBody, call: Documents) -> Response:
    """A draft may be incomplete; what the law asks for is checked when it is issued. It has no number."""

    async def act(work: UnitOfWork) -> DocumentAnswer:
        invoice_id = await draft_invoice(work, call.client_id, body.to_draft(), body.external_id)
        return await document_answer(work, call.client_id, "invoice", invoice_id)

    return await call.once(201, act, location="/v1/invoices/{id}")


@router.get("", summary="List invoices, newest first", responses=problems(400, 422))
async def listing(request: Request, response: Response, call: Documents, listing: Listing) -> Page[DocumentItem]:
    rows = await call.read(lambda work: documents.listed(work.session, "invoice", listing.query(call.client_id)))
    return page_of(request, response, listing, [DocumentItem.of(row) for row in rows])


@router.get("/{invoice_id}", summary="Read an invoice", responses=problems(404, 422))
async def read(invoice_id: UUID, call: Documents, response: Response) -> DocumentAnswer:
    """Its content, number and KID, and what has become of it: delivery, payment and timeline."""
    return await read_document(call, response, "invoice", invoice_id)


@router.put("/{invoice_id}", summary="Change a draft invoice", responses=problems(404, 409, 412, 415, 422, 428))
async def change(
    invoice_id: UUID, body: ChangedInvoiceBody, call: Documents, response: Response, versions: SeenVersions
) -> DocumentAnswer:
    """The whole content is replaced. An issued invoice is never changed."""
    version = DraftVersion(call.client_id, invoice_id, versions)
    await call.act(lambda work: change_invoice(work, version, body.to_draft()))
    return await read_document(call, response, "invoice", invoice_id)


@router.delete(
    "/{invoice_id}", status_code=204, summary="Throw a draft invoice away", responses=problems(404, 409, 412, 422, 428)
)
async def discard(invoice_id: UUID, call: Documents, versions: SeenVersions) -> None:
    async with call.unit() as work:
        await discard_invoice(work, DraftVersion(call.client_id, invoice_id, versions))


@router.post(
    "/issue",
    response_model=BlockAnswer,
    summary="Issue many invoices",
    responses=problems(400, 404, 409, 415, 422, 503),
)
async def issue_block(body: BlockBody, call: Documents) -> Response:
    """All or none, under one unbroken block of numbers in the order given."""

    async def act(work: UnitOfWork) -> BlockAnswer:
        issued = await issue_invoices(work, call.tools, call.client_id, body.ids)
        return BlockAnswer(items=[IssuedItem.of(invoice) for invoice in issued])

    return await call.once(200, act)


@router.post(
    "/{invoice_id}/issue",
    response_model=DocumentAnswer,
    summary="Issue an invoice",
    responses=problems(400, 404, 409, 415, 422, 503),
)
async def issue(invoice_id: UUID, call: Documents) -> Response:
    """It gets number, date and KID, and its content is frozen. Issued before: the same invoice is answered."""

    async def act(work: UnitOfWork) -> DocumentAnswer:
        await issue_invoices(work, call.tools, call.client_id, [invoice_id])
        return await document_answer(work, call.client_id, "invoice", invoice_id)

    return await call.once(200, act)


@router.post(
    "/{invoice_id}/credit",
    status_code=201,
    response_model=DocumentAnswer,
    summary="Credit an invoice in full",
    responses=problems(400, 404, 409, 415, 422, 503),
)
async def credit(invoice_id: UUID, call: Documents, body: CreditBody | None = None) -> Response:
    """Makes and confirms a credit note of the whole invoice. The body may be left out."""
    reason = body.reason if body else None

    async def act(work: UnitOfWork) -> DocumentAnswer:
        credit_note = await credit_invoice(work, call.tools, call.client_id, invoice_id, reason)
        return await document_answer(work, call.client_id, "credit_note", credit_note.document_id)

    return await call.once(201, act, location="/v1/credit-notes/{id}")
