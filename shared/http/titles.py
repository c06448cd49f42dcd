"""Titles of problems: words in the caller's language, the same for every occurrence of a problem type (RFC 9457)."""

from shared.problems import Refusal

_TITLES: dict[int, tuple[str, str]] = {
    400: ("Forespørselen kan ikke leses", "The request cannot be read"),
    401: ("Gyldig nøkkel mangler", "No valid key"),
    403: ("Ikke tilgang", "No access"),
    404: ("Ikke funnet", "Not found"),
    405: ("Metoden brukes ikke her", "Method not allowed"),
    408: ("Innholdet kom for sakte", "The body came too slowly"),
    409: ("I konflikt med det som finnes", "In conflict with what exists"),
    412: ("Foreldet versjon", "Stale version"),
    413: ("For stort", "Too large"),
    415: ("Innholdstypen tas ikke imot", "Content type not accepted"),
    421: ("Ukjent vertsnavn", "Unknown host name"),
    422: ("Innholdet kan ikke brukes", "The content cannot be accepted"),
    428: ("Versjonen mangler", "Version missing"),
    429: ("For mange forespørsler", "Too many requests"),
    500: ("Noe gikk galt hos oss", "Something went wrong on our side"),
    503: ("Opptatt, prøv igjen om litt", "Busy, try again shortly"),
}
_OTHER_TITLE = ("Forespørselen kan ikke besvares", "The request cannot be answered")


def title_of(refusal: Refusal, language: str) -> str:
    """The refusal's own sentence; where that has parameters, words for its status."""
    if not refusal.has_params:
        return refusal.text(language, {})
    return status_title(refusal.status, language)


def status_title(status: int, language: str) -> str:
    nb, en = _TITLES.get(status, _OTHER_TITLE)
    return en if language == "en" else nb
