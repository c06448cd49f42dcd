"""What the rendering service refuses, and what each refusal is called outside."""

from shared.problems import DomainError, Refusal, Refusals


class NotRendered(DomainError):
    """There is no file of this document for this client: another client's, unknown, or not rendered yet."""


class FileDamaged(DomainError):
    """The file in the store is gone or is not what was put there; nothing is handed out from it."""

    retryable = True


REFUSALS: Refusals = {
    NotRendered: Refusal(
        404,
        "document-not-rendered",
        "Dokumentet finnes ikke som fil, eller er ikke laget ennå.",
        "There is no file of this document, or it has not been made yet.",
    ),
    FileDamaged: Refusal(
        503,
        "file-unavailable",
        "Filen kan ikke leses fra lageret akkurat nå. Driften er varslet.",
        "The file cannot be read from the store at the moment. The operators have been told.",
        retryable=True,
    ),
}
