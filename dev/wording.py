"""What happened to a document, in Norwegian: for the demo's timelines and the playground's pages."""

from typing import Any, Final

SENTENCES: Final = {
    "confirmed": "Utstedt",
    "held": "Holdt tilbake",
    "delayed": "Forsinket",
    "undeliverable": "Kunne ikke leveres",
    "dispatched": "Sendt",
    "overdue": "Forfalt",
    "reminded": "Purret",
    "payment_received": "Innbetaling",
    "payment_undone": "Innbetaling flyttet bort",
    "settled": "Gjort opp",
    "reopened": "Åpnet igjen",
    "credited": "Kreditert",
}
DETAILS: Final = {
    "email": "på e-post",
    "print": "som brev",
    "exact": "det som gjensto",
    "partial": "en del",
    "over": "mer enn det som gjensto",
}


def sentence(event: dict[str, Any]) -> str:
    """A line of the API's timeline, without its date and amount; what has no words here stands as the API has it."""
    detail = event["detail"] or ""
    words = [SENTENCES.get(event["what"], event["what"]), DETAILS.get(detail, detail)]
    return " ".join(word for word in words if word)
