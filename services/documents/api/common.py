"""What the resources of this service have in common: who may call, and how documents are answered."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from services.documents.api.answers import DocumentAnswer, DocumentItem
from services.documents.domain.document import Status
from services.documents.tools import Tools
from services.documents.usecases.find_document import find_document
from services.documents.usecases.list_documents import Filter, list_documents
from services.documents.usecases.tell_timeline import tell_timeline
from shared.db.database import UnitOfWork
from shared.http.bodies import Page
from shared.http.call import Call, call
from shared.http.paging import PageRequest, cut, link_next, page_request
from shared.http.versions import tag
from shared.values import DocumentKind

Documents = Annotated[Call[Tools], Depends(call("documents", Tools, scope="documents"))]


async def answer(work: UnitOfWork, client_id: UUID, kind: DocumentKind, document_id: UUID) -> DocumentAnswer:
    """The document as it now stands."""
    document = await find_document(work, client_id, kind, document_id)
    return DocumentAnswer.of(document, await tell_timeline(work, document), work.clock.today())


async def answer_tagged(call: Call[Tools], response: Response, kind: DocumentKind, document_id: UUID) -> DocumentAnswer:
    """The document, with its version as ETag."""
    found = await call.read(lambda work: answer(work, call.client_id, kind, document_id))
    tag(response, found.version)
    return found


@dataclass(frozen=True)
class Asked:
    """Which documents of a list are asked for."""

    page: PageRequest
    status: Status | None
    customer_id: UUID | None


def asked(
    page: Annotated[PageRequest, Depends(page_request)],
    status: Annotated[
        Status | None, Query(description="Only drafts, or only those issued (orders: confirmed).")
    ] = None,
    customer_id: Annotated[UUID | None, Query(description="Only this customer's.")] = None,
) -> Asked:
    """A dependency: what the query string asks for."""
    return Asked(page, status, customer_id)


Listing = Annotated[Asked, Depends(asked)]


async def list_page(
    call: Call[Tools], request: Request, response: Response, kind: DocumentKind, asked: Asked
) -> Page[DocumentItem]:
    """One page of documents, newest first."""
    page = asked.page
    which = Filter(call.client_id, kind, page.limit + 1, page.after, asked.status, asked.customer_id)
    rows = await call.read(lambda work: list_documents(work, which))
    kept, cursor = cut(rows, page, lambda row: row.document_id)
    link_next(request, response, cursor)
    return Page(items=[DocumentItem.of(row) for row in kept], next=cursor)
