"""What each refusal of the rendering service becomes for the caller."""

from services.rendering.domain.errors import FileDamaged, RenderingNotFound
from shared.problems import Refusal, Refusals

REFUSALS: Refusals = {
    RenderingNotFound: Refusal(
        404,
        "rendering-not-found",
        "Dokumentet finnes ikke som fil, eller er ikke laget ennå.",
        "There is no file of this document, or it has not been made yet.",
    ),
    FileDamaged: Refusal(
        503,
        "file-unavailable",
        "Filen kan ikke leses fra lageret akkurat nå. Driften er varslet.",
        "The file cannot be read from the store at the moment. The operators have been notified.",
        retryable=True,
    ),
}
