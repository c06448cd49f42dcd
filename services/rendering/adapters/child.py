"""A child process that renders one document after another until its pipe is closed: `python -m` this module.

It says `ready` once it is warm. For every `render` frame (the fact as JSON, and the logo) it answers `done` with the
PDF, or `refused`. What it cannot answer for (memory, a crash in a C library) ends it; the pool starts another.
"""

import os
import sys
from typing import Any, BinaryIO

from services.rendering.adapters import confinement
from services.rendering.adapters.frames import Frame, read_frame_now

OUT_OF_MEMORY = 99


def main(arguments: list[str]) -> int:
    """Arguments: the parent's process id, address space in bytes, processor seconds for one document."""
    parent, memory_bytes, cpu_s = map(int, arguments)
    confinement.die_with(parent)
    requests, answers = _pipes()
    isolated = confinement.without_network()
    confinement.limit_memory(memory_bytes)
    engine = _warm_engine()
    _write(answers, Frame({"kind": "ready", "isolated": isolated}))
    try:
        _serve(engine, requests, answers, cpu_s)
    except MemoryError:
        return OUT_OF_MEMORY
    except BrokenPipeError:
        pass
    return 0


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Stdin and stdout as they came; a stray print must not land between two frames, so it goes to stderr."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin.buffer, answers


def _warm_engine() -> Any:
    """Imported here, under the limits already: WeasyPrint loads its libraries and fonts once in a child's life."""
    from services.rendering.adapters.engine import Engine  # noqa: PLC0415

    engine = Engine()
    engine.warm_up()
    return engine


def _serve(engine: Any, requests: BinaryIO, answers: BinaryIO, cpu_s: int) -> None:
    while (request := read_frame_now(requests)) is not None:
        confinement.allow_cpu(cpu_s)
        _write(answers, _answer(engine, request))


def _answer(engine: Any, request: Frame) -> Frame:
    from services.rendering.domain.refusal import RenderRefused  # noqa: PLC0415
    from shared.contracts.documents import DocumentConfirmed  # noqa: PLC0415

    event = DocumentConfirmed.model_validate_json(request.parts[0])
    logo = request.parts[1] if request.head["has_logo"] else None
    try:
        pdf = engine.render(event, logo)
    except RenderRefused as refused:
        return Frame({"kind": "refused", "code": refused.code, "reason": refused.reason})
    head = {"kind": "done", "pages": pdf.pages, "filename": pdf.filename, "warnings": pdf.warnings}
    return Frame(head, (pdf.content,))


def _write(answers: BinaryIO, frame: Frame) -> None:
    answers.write(frame.packed())
    answers.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
