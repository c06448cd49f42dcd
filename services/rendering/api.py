"""Renderings: what became of a document, and its PDF."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, StringConstraints

from services.rendering import store
from services.rendering.domain.errors import RenderingNotFound
from services.rendering.domain.presentation import LogoChoice, Presentation
from services.rendering.store import DocumentKey, StoredArtefact, StoredHold
from services.rendering.tools import Tools
from services.rendering.usecases.read_file import read_file
from services.rendering.usecases.rerender_document import Rerendering, rerender_document
from shared.db.database import UnitOfWork
from shared.http.bodies import Answer, Body, Page, example
from shared.http.call import Call, call
from shared.http.documentation import Responses, file_answer, problems
from shared.http.limits import JsonRoute
from shared.http.paging import PageRequest, cut, link_next, page_request
from shared.paper.window import CHARACTERS_A_LINE, MAX_LINES
from shared.values import Purpose

router = APIRouter(prefix="/v1/renderings", tags=["renderings"], route_class=JsonRoute)
Documents = Annotated[Call[Tools], Depends(call("rendering", Tools, scope="documents"))]

RecipientLine = Annotated[str, StringConstraints(min_length=1, max_length=CHARACTERS_A_LINE)]
_WHY = {404: "Not this client's document, or not rendered yet."}
_NOT_MODIFIED: Responses = {304: {"description": "The caller has it already (If-None-Match)."}}


class ArtefactAnswer(Answer):
    """A rendered file."""

    purpose: Purpose
    sha256: str
    media_type: str
    size_bytes: int
    pages: int
    filename: str
    layout_version: str
    rendered_at: datetime


class HoldAnswer(Answer):
    """Why a document could not be rendered; a person must put it right."""

    code: str
    reason: str
    held_at: datetime


class PresentationBody(Body):
    """How a held document is to look. Its content stays as it was confirmed."""

    model_config = example(
        {"logo": "current", "recipient": ["Fellesskapet for gamle trehus", "Storgata 1", "0155 OSLO"]}
    )

    logo: LogoChoice = Field(
        "confirmed", description="The logo of the confirmed document, the one that the client has now, or none."
    )
    recipient: Annotated[tuple[RecipientLine, ...], Field(min_length=2, max_length=MAX_LINES)] | None = Field(
        None,
        description="What the envelope window shows, line by line, when name and address do not fit. They are then "
        "printed in full among the details.",
    )


class HeldItem(Answer):
    """A document that waits for a person."""

    client_id: UUID
    document_id: UUID
    code: str
    reason: str
    held_at: datetime


class RenderingAnswer(Answer):
    """What became of a document: `rendered` with a file for each purpose, or `held` with the reason."""

    document_id: UUID
    state: Literal["rendered", "held"]
    artefacts: tuple[ArtefactAnswer, ...] = ()
    held: HoldAnswer | None = None


@router.get("", summary="Documents that are held", responses=problems(400, 422))
async def held(
    request: Request, response: Response, call: Documents, page: Annotated[PageRequest, Depends(page_request)]
) -> Page[HeldItem]:
    """What could not be rendered and waits for a person. With the bureau's key and no client: of all clients."""
    rows = await call.read(lambda work: store.holds(work.session, page.limit + 1, page.after))
    shown, cursor = cut([_held_item(row) for row in rows], page, lambda item: item.document_id)
    link_next(request, response, cursor)
    return Page(items=shown, next=cursor)


@router.get("/{document_id}", summary="What became of a document", responses=problems(422, because=_WHY))
async def rendering(document_id: UUID, call: Documents) -> RenderingAnswer:
    """Hash, size and pages of each file; or, when none could be made, why."""
    document = DocumentKey(call.client_id, document_id)
    return await call.read(lambda work: _rendering(work, document))


@router.get(
    "/{document_id}/pdf",
    summary="The document as PDF",
    response_class=Response,
    responses=problems(422, 503, because=_WHY)
    | file_answer("application/pdf", "The file; its ETag is its SHA-256.")
    | _NOT_MODIFIED,
)
async def pdf(document_id: UUID, request: Request, call: Documents) -> Response:
    """The PDF/A-3b that was or will be sent. It never changes, so it may be cached for as long as you like."""
    document = DocumentKey(call.client_id, document_id)
    artefact = (await call.read(lambda work: _file_to_read(work, document))).artefact
    headers = {"ETag": f'"{artefact.sha256}"', "Cache-Control": "private, max-age=31536000, immutable"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    content = await read_file(call.tools, artefact.sha256)
    headers["Content-Disposition"] = f'inline; filename="{artefact.filename}"'
    return Response(content, media_type=artefact.media_type, headers=headers)


@router.post(
    "/{document_id}/rerender",
    summary="Render a held document with another look",
    responses=problems(404, 409, 415, 422, 503),
)
async def rerender(document_id: UUID, body: PresentationBody, call: Documents) -> RenderingAnswer:
    """Answers what became of it: `rendered`, and it is sent as agreed; or `held` for the reason that is left.

    The same body again answers the same. A document that has its file keeps it: another look answers 409.
    """
    document = DocumentKey(call.client_id, document_id)
    rerendering = Rerendering(document, Presentation.model_validate(body), call.principal.key_id)
    await rerender_document(call.unit, call.tools, rerendering)
    return await call.read(lambda work: _rendering(work, document))


async def _rendering(work: UnitOfWork, document: DocumentKey) -> RenderingAnswer:
    if artefacts := await store.artefacts_of(work.session, document):
        answers = tuple(map(_artefact_answer, artefacts))
        return RenderingAnswer(document_id=document.document_id, state="rendered", artefacts=answers)
    if hold := await store.hold_of(work.session, document):
        return RenderingAnswer(document_id=document.document_id, state="held", held=_hold_answer(hold))
    raise RenderingNotFound(document_id=document.document_id)


async def _file_to_read(work: UnitOfWork, document: DocumentKey) -> StoredArtefact:
    for stored in await store.artefacts_of(work.session, document):
        if stored.artefact.purpose == "read":
            return stored
    raise RenderingNotFound(document_id=document.document_id)


def _artefact_answer(stored: StoredArtefact) -> ArtefactAnswer:
    return ArtefactAnswer(**stored.artefact.model_dump(), rendered_at=stored.rendered_at)


def _held_item(hold: StoredHold) -> HeldItem:
    return HeldItem(**hold.document._asdict(), code=hold.held.code, reason=hold.held.reason, held_at=hold.held_at)


def _hold_answer(stored: StoredHold) -> HoldAnswer:
    return HoldAnswer(code=stored.held.code, reason=stored.held.reason, held_at=stored.held_at)
