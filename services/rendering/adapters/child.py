"""A child process that renders one document after another until its pipe is closed: `python -m` this module.

It sends `ready` once it is warm. It answers each `render` frame (the document as JSON, and the logo) with `done` and
the PDF, or with `unrenderable`. Running out of memory or crashing in a C library ends it; the pool starts another.
"""

import os
import sys
from collections.abc import Callable
from typing import BinaryIO, Protocol

from services.rendering.adapters import confinement
from services.rendering.adapters.frames import Frame, read_frame_now
from services.rendering.adapters.renderer import RenderedFile
from services.rendering.domain.document import Document
from services.rendering.domain.errors import Unrenderable

OUT_OF_MEMORY = 99


class WarmEngine(Protocol):
    def render(self, document: Document, logo: bytes | None) -> RenderedFile: ...


def _weasyprint() -> WarmEngine:
    """Imports WeasyPrint only now, under the limits; it loads its libraries and fonts once in a child's life."""
    from services.rendering.adapters.engine import Engine  # noqa: PLC0415

    engine = Engine()
    engine.warm_up()
    return engine


def main(arguments: list[str], start_engine: Callable[[], WarmEngine] = _weasyprint) -> int:
    """`arguments`: the parent's process id, address space in bytes, processor seconds for one document."""
    parent, memory_bytes, cpu_s = map(int, arguments)
    confinement.die_with(parent)
    requests, answers = _pipes()
    isolated = confinement.without_network()
    confinement.limit_memory(memory_bytes)
    engine = start_engine()
    _write(answers, Frame({"kind": "ready", "isolated": isolated}))
    try:
        _serve(engine, requests, answers, cpu_s)
    except MemoryError:
        return OUT_OF_MEMORY
    except BrokenPipeError:
        pass
    return 0


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Requests on stdin, answers on what was stdout: anything printed goes to stderr, so it cannot break the frames."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin.buffer, answers


def _serve(engine: WarmEngine, requests: BinaryIO, answers: BinaryIO, cpu_s: int) -> None:
    while (request := read_frame_now(requests)) is not None:
        confinement.allow_cpu(cpu_s)
        _write(answers, _answer(engine, request))


def _answer(engine: WarmEngine, request: Frame) -> Frame:
    document = Document.model_validate_json(request.parts[0])
    logo = request.parts[1] if request.head["has_logo"] else None
    try:
        file = engine.render(document, logo)
    except Unrenderable as error:
        return Frame({"kind": "unrenderable", "code": error.code, "reason": error.reason})
    head = {"kind": "done", "pages": file.pages, "filename": file.filename, "warnings": file.warnings}
    return Frame(head, (file.content,))


def _write(answers: BinaryIO, frame: Frame) -> None:
    answers.write(frame.packed())
    answers.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
