"""Renderings: what became of a document, and its PDF."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.rendering import store
from services.rendering.domain.errors import RenderingNotFound
from services.rendering.store import DocumentKey, StoredArtefact, StoredHold
from services.rendering.tools import Tools
from services.rendering.usecases.read_file import read_file
from shared.db.database import UnitOfWork
from shared.http.bodies import Answer
from shared.http.call import Call, call
from shared.http.documentation import Responses, file_answer, problems
from shared.http.limits import JsonRoute
from shared.values import Purpose

router = APIRouter(prefix="/v1/renderings", tags=["renderings"], route_class=JsonRoute)
Documents = Annotated[Call[Tools], Depends(call("rendering", Tools, scope="documents"))]

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


class RenderingAnswer(Answer):
    """What became of a document: `rendered` with a file for each purpose, or `held` with the reason."""

    document_id: UUID
    state: Literal["rendered", "held"]
    artefacts: tuple[ArtefactAnswer, ...] = ()
    held: HoldAnswer | None = None


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


def _hold_answer(stored: StoredHold) -> HoldAnswer:
    return HoldAnswer(code=stored.held.code, reason=stored.held.reason, held_at=stored.held_at)
