"""Render a document and put the file in the object store. Slow, outside any transaction, and safe to do twice."""

from services.rendering.adapters.layouts import layout_version
from services.rendering.adapters.renderer import PDF, RenderedFile
from services.rendering.domain.document import Document
from services.rendering.domain.errors import Unrenderable, logo_damaged, logo_missing
from services.rendering.domain.outcome import Artefact, Outcome, Rendered, held_by
from services.rendering.tools import Tools
from shared.objects import ObjectDamaged, ObjectMissing, ObjectStore


async def render_document(tools: Tools, document: Document) -> Outcome:
    """The files in the store, or why there are none until a person has acted.

    Raises TryLater when the child processes or the store fail: the message is retried.
    """
    try:
        version = layout_version(document.layout)
        file = await tools.renderer.render(document, await _logo(tools.objects, document.seller.logo))
    except Unrenderable as error:
        return held_by(error)
    return Rendered((await _stored(tools.objects, file, version),))


async def _stored(objects: ObjectStore, file: RenderedFile, version: str) -> Artefact:
    """The file for reading, which is also the one that is printed."""
    return Artefact(
        purpose="read",
        sha256=await objects.put(file.content),
        media_type=PDF,
        size_bytes=len(file.content),
        pages=file.pages,
        filename=file.filename,
        layout_version=version,
    )


async def _logo(objects: ObjectStore, sha256: str | None) -> bytes | None:
    if sha256 is None:
        return None
    try:
        return await objects.get(sha256)
    except ObjectMissing as error:
        raise logo_missing(sha256) from error
    except ObjectDamaged as error:
        raise logo_damaged(sha256) from error
