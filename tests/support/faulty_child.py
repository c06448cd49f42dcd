"""A child of the render pool that fails in the way that a document's note names; else it renders an empty page.

`die`, `hang`, `eat` (memory), `talk` (prints to standard output). `<word> once` fails only the first time.
"""

import os
import signal
import sys
import time
from pathlib import Path

from services.rendering.adapters import child
from services.rendering.adapters.blank import BLANK_PAGE
from services.rendering.adapters.renderer import RenderedFile
from services.rendering.domain.document import Document


class FaultyEngine:
    def render(self, document: Document, logo: bytes | None) -> RenderedFile:
        fault, _, how_often = (document.note or "").partition(" ")
        done = Path(f"done-{document.document_id}")  # in the folder that the children of one pool share
        if fault and not (how_often == "once" and done.exists()):
            done.touch()
            getattr(self, fault)()
        return RenderedFile(BLANK_PAGE, 1, "blank.pdf")

    def die(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def hang(self) -> None:
        time.sleep(60)

    def eat(self) -> None:
        eaten = []
        while True:
            eaten.append(bytearray(64 * 1024 * 1024))

    def talk(self) -> None:
        print("a library prints something to standard output")


if __name__ == "__main__":
    sys.exit(child.main(sys.argv[1:], FaultyEngine))
