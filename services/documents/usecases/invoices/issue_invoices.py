"""Issue invoices: one, or a whole run under one block of numbers."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from services.documents.domain.confirmed import ConfirmedDocument
from services.documents.domain.document import Document, in_order_of
from services.documents.domain.errors import DocumentNotFound
from services.documents.domain.parties import Parties
from services.documents.domain.prepare import Drafted, prepare_drafted
from services.documents.domain.ready_to_confirm import ReadyToConfirm
from services.documents.store import copies, documents
from services.documents.tools import Tools
from services.documents.usecases.confirm import confirm
from shared.db.audit import Change
from shared.db.database import UnitOfWork
from shared.problems import DomainError, Refused


async def issue_invoices(
    work: UnitOfWork, tools: Tools, client_id: UUID, ids: Sequence[UUID]
) -> list[ConfirmedDocument]:
    """All of them issued, in this order, or none. Those issued before are answered as they are.

    Raises Refused with all that is missing in any of them; with several ids the pointers begin with `/ids/<index>`.
    """
    pointers = {invoice_id: f"/ids/{index}" if len(ids) > 1 else "" for index, invoice_id in enumerate(ids)}
    locked = await documents.lock_all(work.session, client_id, "invoice", ids)
    _refuse_unknown(pointers, locked)
    drafts = [invoice for invoice in in_order_of(ids, locked) if invoice.row.is_draft]
    confirmed = {invoice.row.document_id: invoice.confirmed for invoice in locked if not invoice.row.is_draft}
    work.changed(*(Change("invoices", invoice.row.document_id) for invoice in drafts))
    if drafts:
        issued = await _issue(work, tools, client_id, drafts, pointers)
        confirmed |= {invoice.document_id: invoice for invoice in issued}
    return [confirmed[invoice_id] for invoice_id in ids]


async def _issue(
    work: UnitOfWork, tools: Tools, client_id: UUID, drafts: Sequence[Document], pointers: Mapping[UUID, str]
) -> list[ConfirmedDocument]:
    client = await copies.client(work.session, client_id)
    customers = await copies.customers(work.session, client_id, [invoice.row.customer_id for invoice in drafts])
    drafted = [
        (
            Drafted(invoice.row.document_id, "invoice", invoice.content),
            Parties(client, customers[invoice.row.customer_id]),
        )
        for invoice in drafts
    ]
    return await confirm(work, tools, client, "invoice", lambda day: _prepare_all(drafted, day, pointers))


def _prepare_all(
    drafted: Sequence[tuple[Drafted, Parties]], day: date, pointers: Mapping[UUID, str]
) -> list[ReadyToConfirm]:
    """Each invoice decided. What is wrong with any of them is collected and refused together."""
    ready: list[ReadyToConfirm] = []
    refused: list[DomainError] = []
    for invoice, parties in drafted:
        try:
            ready.append(prepare_drafted(invoice, parties, day))
        except Refused as refusal:
            refused += [_pointed(error, pointers[invoice.document_id]) for error in refusal.errors]
    if refused:
        raise Refused(tuple(refused))
    return ready


def _pointed(error: DomainError, pointer: str) -> DomainError:
    error.pointer = f"{pointer}{error.pointer or ''}" or error.pointer
    return error


def _refuse_unknown(pointers: Mapping[UUID, str], invoices: Sequence[Document]) -> None:
    known = {invoice.row.document_id for invoice in invoices}
    errors = [
        DocumentNotFound(pointer=pointer or None, document_id=invoice_id)
        for invoice_id, pointer in pointers.items()
        if invoice_id not in known
    ]
    if errors:
        raise errors[0] if len(errors) == 1 else Refused(tuple(errors))
