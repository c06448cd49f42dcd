"""A child of the render pool that misbehaves as a document's note tells it to; else it answers with an empty page.

`die`, `hang`, `eat` (memory), `talk` (writes rubbish into the pipe's place). `<word> once` does it only the first time.
"""

import os
import signal
import sys
import time
from pathlib import Path

from services.rendering.adapters import child
from services.rendering.adapters.blank import BLANK_PAGE
from services.rendering.adapters.engine import Pdf
from shared.contracts.documents import DocumentConfirmed


class FaultyEngine:
    def render(self, event: DocumentConfirmed, logo: bytes | None) -> Pdf:
        word, _, how_often = (event.note or "").partition(" ")
        done = Path(f"done-{event.document.document_id}")  # in the folder that the children of one pool share
        if word and not (how_often == "once" and done.exists()):
            done.touch()
            getattr(self, word)()
        return Pdf(BLANK_PAGE, 1, "blank.pdf", ())

    def die(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def hang(self) -> None:
        time.sleep(60)

    def eat(self) -> None:
        eaten = []
        while True:
            eaten.append(bytearray(64 * 1024 * 1024))

    def talk(self) -> None:
        print("a library says something on standard output")


if __name__ == "__main__":
    child._warm_engine = FaultyEngine
    sys.exit(child.main(sys.argv[1:]))
