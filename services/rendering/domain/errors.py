"""What rendering refuses, and what stops a document until a person has acted."""

from shared.paper import characters as printable
from shared.paper import window
from shared.problems import DomainError


class RenderingNotFound(DomainError):
    """The client has no such document, or it has been neither rendered nor held yet."""


class RenderedBefore(DomainError):
    """The document has its file, which stays for ever: it can no longer look otherwise."""


class NotKept(DomainError):
    """The document was held before held documents were kept with their content."""


class CharactersMissing(DomainError):
    """The pinned fonts lack characters of the corrected lines."""


class FileDamaged(DomainError):
    """The file is missing from the store, or its bytes do not match its hash; none of them are handed out."""

    retryable = True


class Unrenderable(Exception):
    """The document cannot be rendered as it is. `code` is stable; `reason` is a sentence in Norwegian for a person.

    No problem answer comes of it: the document is held.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


def layout_unknown(layout: str) -> Unrenderable:
    return Unrenderable("layout-unknown", f"Layouten «{layout}» finnes ikke.")


def logo_missing(sha256: str) -> Unrenderable:
    return Unrenderable("logo-missing", f"Logoen finnes ikke i lageret ({sha256[:12]}…). Last den opp på nytt.")


def logo_damaged(sha256: str) -> Unrenderable:
    return Unrenderable("logo-damaged", f"Logoen i lageret er skadet ({sha256[:12]}…). Last den opp på nytt.")


def logo_unusable(detail: str) -> Unrenderable:
    return Unrenderable("logo-unusable", f"Logoen kan ikke leses som bilde. Last opp en annen. ({detail})")


def refers_outside(addresses: tuple[str, ...]) -> Unrenderable:
    shown = ", ".join(address[:80] for address in addresses[:3])
    return Unrenderable("refers-outside", f"Innholdet viser til noe utenfor dokumentet, og det hentes ikke: {shown}")


def characters_missing(characters: str) -> Unrenderable:
    return Unrenderable(printable.CODE, f"Skriften har ikke tegnene: {printable.named(characters)}")


def address_too_long() -> Unrenderable:
    return Unrenderable(window.CODE, "Mottakerens navn og adresse får ikke plass i konvoluttvinduet. Kort dem ned.")


def not_rendered(reason: str) -> Unrenderable:
    return Unrenderable(
        "rendering-failed", f"Dokumentet lot seg ikke sette opp i flere forsøk. Driften må se på det. ({reason[:200]})"
    )


def content_unusable(detail: str) -> Unrenderable:
    return Unrenderable("content-unusable", f"Dokumentet kan ikke settes opp: {detail}")
