"""Render a confirmed document and put the file in the object store. Long, outside any transaction, safe to do twice."""

from dataclasses import dataclass

from services.rendering.adapters.layouts import layout_version
from services.rendering.adapters.renderer import PDF
from services.rendering.domain.refusal import RenderRefused, logo_damaged, logo_missing
from services.rendering.tools import Tools
from shared.contracts.documents import DocumentConfirmed
from shared.contracts.values import Artefact
from shared.objects import ObjectDamaged, ObjectMissing, ObjectStore


@dataclass(frozen=True)
class Rendered:
    artefact: Artefact
    layout_version: str


@dataclass(frozen=True)
class Refused:
    code: str
    reason: str


Outcome = Rendered | Refused


async def render_document(tools: Tools, event: DocumentConfirmed) -> Outcome:
    """The file in the store, or why there will be none until a person has acted.

    Raises TryLater when the children or the store are in need: the house tries again.
    """
    try:
        version = layout_version(event.layout)
        file = await tools.renderer.render(event, await _logo(tools.objects, event.seller.logo))
    except RenderRefused as refused:
        return Refused(refused.code, refused.reason)
    artefact = Artefact(
        purpose="read",
        sha256=await tools.objects.put(file.content),
        media_type=PDF,
        size_bytes=len(file.content),
        pages=file.pages,
        filename=file.filename,
    )
    return Rendered(artefact, version)


async def _logo(objects: ObjectStore, digest: str | None) -> bytes | None:
    if digest is None:
        return None
    try:
        return await objects.get(digest)
    except ObjectMissing as error:
        raise logo_missing(digest) from error
    except ObjectDamaged as error:
        raise logo_damaged(digest) from error
