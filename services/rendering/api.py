"""Documents as files: what became of one, and the PDF itself."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.rendering import store
from services.rendering.tools import Tools
from services.rendering.usecases.find_document import find_document, find_file
from services.rendering.usecases.read_file import read_file
from shared.http.bodies import Answer
from shared.http.call import Call, call
from shared.http.documentation import Responses, file_answer, problems
from shared.http.limits import JsonRoute

router = APIRouter(prefix="/v1/documents", tags=["documents as files"], route_class=JsonRoute)
Documents = Annotated[Call[Tools], Depends(call("rendering", Tools, scope="documents"))]

_WHY = {404: "Not this client's document, or not rendered yet."}
_NOT_AGAIN: Responses = {304: {"description": "The caller has it already (If-None-Match)."}}


class FileAnswer(Answer):
    """A rendered file."""

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
    """What became of a document: `rendered` with its file, or `held` with the reason."""

    document_id: UUID
    state: Literal["rendered", "held"]
    pdf: FileAnswer | None = None
    held: HoldAnswer | None = None


@router.get("/{document_id}", summary="What became of a document", responses=problems(422, because=_WHY))
async def document(document_id: UUID, call: Documents) -> RenderingAnswer:
    """Hash, size and pages of the PDF; or, when it could not be made, why."""
    found = await call.read(lambda work: find_document(work, call.client_id, document_id))
    if isinstance(found, store.Hold):
        return RenderingAnswer(document_id=document_id, state="held", held=HoldAnswer.model_validate(found))
    return RenderingAnswer(document_id=document_id, state="rendered", pdf=_file(found))


@router.get(
    "/{document_id}/pdf",
    summary="The document as PDF",
    response_class=Response,
    responses=problems(422, 503, because=_WHY)
    | file_answer("application/pdf", "The file; its ETag is its SHA-256.")
    | _NOT_AGAIN,
)
async def pdf(document_id: UUID, request: Request, call: Documents) -> Response:
    """The PDF/A-3b that was or will be sent. It never changes, so it may be kept as long as one likes."""
    found = await call.read(lambda work: find_file(work, call.client_id, document_id))
    artefact = found.artefact
    headers = {"ETag": f'"{artefact.sha256}"', "Cache-Control": "private, max-age=31536000, immutable"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    content = await read_file(call.tools, artefact.sha256)
    headers["Content-Disposition"] = f'inline; filename="{artefact.filename}"'
    return Response(content, media_type=artefact.media_type, headers=headers)


def _file(stored: store.Stored) -> FileAnswer:
    return FileAnswer(
        **stored.artefact.model_dump(), layout_version=stored.layout_version, rendered_at=stored.rendered_at
    )
