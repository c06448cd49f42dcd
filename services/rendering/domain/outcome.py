"""What becomes of a document: its files, or the reason why it is held."""

from dataclasses import dataclass

from services.rendering.domain.errors import Unrenderable
from shared.values import Purpose, Sha256, Value


class Artefact(Value):
    """A file in the object store, found by the hash of its bytes. A document has at most one for each purpose."""

    purpose: Purpose
    sha256: Sha256
    media_type: str
    size_bytes: int
    pages: int
    filename: str
    layout_version: str


@dataclass(frozen=True)
class Rendered:
    artefacts: tuple[Artefact, ...]


@dataclass(frozen=True)
class Held:
    """No file until a person has acted; `reason` is a sentence in Norwegian for that person."""

    code: str
    reason: str


def held_by(error: Unrenderable) -> Held:
    return Held(error.code, error.reason)


Outcome = Rendered | Held
