"""Render a held document with another look: its logo or the lines in the window. Its content stays as confirmed."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from uuid import UUID

from services.rendering import store
from services.rendering.domain.errors import (
    CharactersMissing,
    NotKept,
    RenderedBefore,
    RenderingNotFound,
)
from services.rendering.domain.presentation import AS_CONFIRMED, Presentation, presented
from services.rendering.events import document_of
from services.rendering.store import DocumentKey
from services.rendering.tools import Tools
from services.rendering.usecases.render_document import render_document
from services.rendering.usecases.save_outcomes import save_outcomes
from shared.contracts.documents import DocumentConfirmed
from shared.db.audit import Change
from shared.db.database import UnitOfWork
from shared.messaging.subscription import Received
from shared.paper.characters import missing_characters, named

Units = Callable[[], AbstractAsyncContextManager[UnitOfWork]]
"""Opens a transaction in the scope of the caller."""


@dataclass(frozen=True)
class Rerendering:
    """Which document, how it is to look, and the API key that asks for it."""

    document: DocumentKey
    presentation: Presentation
    key_id: UUID


@dataclass(frozen=True)
class _Stopped:
    event: DocumentConfirmed
    current_logo: str | None


async def rerender_document(units: Units, tools: Tools, rerendering: Rerendering) -> None:
    """Afterwards the document has its file, or is held for the reason that is left. Asking again changes nothing.

    Raises RenderingNotFound, RenderedBefore when it has a file that looks otherwise, NotKept and
    CharactersMissing; TryLater when the child processes or the store fail.
    """
    _refuse_unprintable(rerendering.presentation)
    async with units() as work:
        stopped = await _stopped(work, rerendering)
        work.unchanged()
    if stopped is None:
        return
    document = presented(document_of(stopped.event), rerendering.presentation, stopped.current_logo)
    outcome = await render_document(tools, document)
    async with units() as work:
        given_files = await save_outcomes(work, [(Received(stopped.event, work.cause), outcome)])
        if rerendering.document in given_files:
            await _record(work, rerendering)
        elif await store.artefacts_of(work.session, rerendering.document):  # somebody else was first
            await _refuse_another_look(work, rerendering)


async def _record(work: UnitOfWork, rerendering: Rerendering) -> None:
    document, presentation = rerendering.document, rerendering.presentation
    await store.add_presentation(work.session, document, presentation, rerendering.key_id, work.clock.now())
    work.changed(Change("renderings", document.document_id, after=presentation.model_dump(mode="json")))


async def _stopped(work: UnitOfWork, rerendering: Rerendering) -> _Stopped | None:
    """The held document; None when it has the file that this rerendering would give it."""
    if await store.artefacts_of(work.session, rerendering.document):
        await _refuse_another_look(work, rerendering)
        return None
    hold = await store.hold_of(work.session, rerendering.document)
    if hold is None:
        raise RenderingNotFound(document_id=rerendering.document.document_id)
    if hold.content is None:
        raise NotKept(document_id=rerendering.document.document_id)
    logo = await store.current_logo(work.session, rerendering.document.client_id)
    return _Stopped(DocumentConfirmed.model_validate_json(hold.content), logo)


async def _refuse_another_look(work: UnitOfWork, rerendering: Rerendering) -> None:
    look = await store.presentation_of(work.session, rerendering.document) or AS_CONFIRMED
    if look != rerendering.presentation:
        raise RenderedBefore(document_id=rerendering.document.document_id)


def _refuse_unprintable(presentation: Presentation) -> None:
    if missing := missing_characters("".join(presentation.recipient or ())):
        raise CharactersMissing(pointer="/recipient", characters=named(missing))
