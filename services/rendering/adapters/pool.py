"""The pool of child processes. A child that dies or hangs costs a second try in a fresh one, never the service."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from services.rendering.adapters.fonts import pin_fonts
from services.rendering.adapters.frames import Frame
from services.rendering.adapters.process import CHILD, Child, ChildLost, ChildPlan
from services.rendering.adapters.renderer import RenderedFile
from services.rendering.domain.document import Document
from services.rendering.domain.errors import Unrenderable
from services.rendering.settings import RenderingSettings
from shared.messaging.outcome import TryLater

TRIES = 2

_log = structlog.get_logger(__name__)


class ChildrenFailed(TryLater):
    """Every try cost a child. The machine may be overloaded: the message is retried, and parked in the end."""


class RenderPool:
    """`size` slots, each with a child, or with None until its child is started."""

    def __init__(self, plan: ChildPlan, size: int, recycle_after: int) -> None:
        self._plan = plan
        self._recycle_after = recycle_after
        self._slots: asyncio.LifoQueue[Child | None] = asyncio.LifoQueue()
        self._children: set[Child] = set()
        self._size = size
        for _ in range(size):
            self._slots.put_nowait(None)

    async def warm_up(self) -> None:
        """Start every child now, all at once, rather than when the first document comes."""
        slots = [await self._slots.get() for _ in range(self._size)]
        started = await asyncio.gather(*(self._usable(slot) for slot in slots), return_exceptions=True)
        for child in started:
            self._slots.put_nowait(child if isinstance(child, Child) else None)

    async def render(self, document: Document, logo: bytes | None) -> RenderedFile:
        """The document as PDF. Raises Unrenderable, or ChildrenFailed when no child answered."""
        parts = (document.model_dump_json().encode(), logo or b"")
        request = Frame({"kind": "render", "has_logo": logo is not None}, parts)
        document_id = str(document.document_id)
        lost: list[str] = []
        while len(lost) < TRIES:
            try:
                return _read(await self._ask(request), document_id)
            except ChildLost as error:
                lost.append(str(error))
                _log.warning("render_child_lost", document_id=document_id, reason=str(error), attempt=len(lost))
        raise ChildrenFailed(f"document {document_id}: {'; '.join(lost)}")

    def pids(self) -> list[int]:
        """Process ids of the living children."""
        return [child.pid for child in self._children if child.alive]

    async def close(self) -> None:
        await asyncio.gather(*(self._end(child) for child in tuple(self._children)))

    async def _ask(self, request: Frame) -> Frame:
        slot = await self._slots.get()
        try:
            slot = await self._usable(slot)
            answer = await slot.ask(request)
        except BaseException:
            # This child might still answer, and its answer would be taken for the next document's.
            if slot is not None:
                await asyncio.shield(self._end(slot))
            self._slots.put_nowait(None)
            raise
        self._slots.put_nowait(slot)
        return answer

    async def _usable(self, slot: Child | None) -> Child:
        """The slot's child, or a fresh one if that is dead or due for replacement."""
        if slot is not None and slot.alive and slot.requests < self._recycle_after:
            return slot
        if slot is not None:
            await self._end(slot)
        child = await Child.start(self._plan)
        self._children.add(child)
        _log.info("render_child_started", pid=child.pid, without_network=child.isolated)
        return child

    async def _end(self, child: Child) -> None:
        self._children.discard(child)
        await child.kill()


@asynccontextmanager
async def open_pool(settings: RenderingSettings, module: str = CHILD) -> AsyncIterator[RenderPool]:
    """A pool with its fonts and an empty working folder; warms up in the background. Raises FontsMissing."""
    folder = Path(tempfile.mkdtemp(prefix="faktura-rendering-"))
    try:
        (folder / "empty").mkdir()
        plan = ChildPlan(
            workdir=folder / "empty",
            fonts=pin_fonts(folder, settings.font_dirs),
            memory_bytes=settings.memory_mb * 1024 * 1024,
            start_timeout_s=settings.start_timeout_s,
            timeout_s=settings.timeout_s,
            module=module,
        )
        pool = RenderPool(plan, settings.workers, settings.recycle_after)
        warming = asyncio.create_task(pool.warm_up(), name="rendering-warm-up")
        try:
            yield pool
        finally:
            warming.cancel()
            await asyncio.gather(warming, return_exceptions=True)
            await pool.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(answer: Frame, document_id: str) -> RenderedFile:
    head = answer.head
    if head["kind"] == "unrenderable":
        raise Unrenderable(head["code"], head["reason"])
    if head["warnings"]:
        _log.warning("render_warnings", document_id=document_id, warnings=head["warnings"])
    return RenderedFile(answer.parts[0], head["pages"], head["filename"], tuple(head["warnings"]))
