"""What each refusal of the rendering service becomes for the caller."""

from services.rendering.domain.errors import (
    CharactersMissing,
    FileDamaged,
    NotKept,
    RenderedBefore,
    RenderingNotFound,
)
from shared.paper import characters
from shared.problems import Refusal, Refusals

REFUSALS: Refusals = {
    RenderingNotFound: Refusal(
        404,
        "rendering-not-found",
        "Dokumentet finnes ikke som fil, eller er ikke laget ennå.",
        "There is no file of this document, or it has not been made yet.",
    ),
    RenderedBefore: Refusal(
        409,
        "rendered-before",
        "Dokumentet har fått filen sin, og den endres aldri. En feil rettes med kreditnota og ny faktura.",
        "The document has its file, which never changes. A mistake is corrected by a credit note and a new invoice.",
    ),
    NotKept: Refusal(
        409,
        "content-not-kept",
        "Dokumentet ble stanset før innholdet ble tatt vare på. Krediter det, og lag et nytt.",
        "The document was held before its content was kept. Credit it, and make a new one.",
    ),
    CharactersMissing: Refusal(
        422,
        characters.CODE,
        "Skriften har ikke tegnene {characters}. Skriv linjene med andre tegn.",
        "The font lacks the characters {characters}. Write the lines with other characters.",
    ),
    FileDamaged: Refusal(
        503,
        "file-unavailable",
        "Filen kan ikke leses fra lageret akkurat nå. Driften er varslet.",
        "The file cannot be read from the store at the moment. The operators have been notified.",
        retryable=True,
    ),
}
