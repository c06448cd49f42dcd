"""What each error of this service becomes at both edges."""

from services.delivery.domain.errors import (
    DeliveryNotFound,
    KeyWithoutShop,
    NotUncertain,
    PdfUnavailable,
    PrintJobNotFound,
    StaleToken,
    WrongHash,
    WrongSheets,
)
from shared.problems import Refusal, Refusals

REFUSALS: Refusals = {
    DeliveryNotFound: Refusal(404, "delivery-not-found", "Forsendelsen finnes ikke.", "There is no such delivery."),
    NotUncertain: Refusal(
        409,
        "delivery-not-uncertain",
        "Forsendelsen er ikke uavklart; den er nå «{state}».",
        "The delivery is not uncertain; it is now `{state}`.",
    ),
    PrintJobNotFound: Refusal(
        404, "print-job-not-found", "Utskriftsjobben finnes ikke.", "There is no such print job."
    ),
    KeyWithoutShop: Refusal(
        403,
        "key-without-print-shop",
        "Nøkkelen hører ikke til noe trykkeri. Den som driver systemet, kan knytte den til ett.",
        "The key belongs to no print shop. Those who run the system can assign it to one.",
    ),
    StaleToken: Refusal(
        409,
        "stale-token",
        "Tokenet gjelder ikke lenger: jobben er nå «{state}», tildeling nummer {claim_no}.",
        "The token is no longer in force: the job is now `{state}`, claim number {claim_no}.",
    ),
    WrongHash: Refusal(
        422,
        "print-hash-mismatch",
        "SHA-256 av det som ble skrevet ut, er ikke dokumentets ({expected}).",
        "The SHA-256 of what was printed is not the document's ({expected}).",
    ),
    WrongSheets: Refusal(
        422,
        "print-sheets-mismatch",
        "Dokumentet er på {expected} ark, ikke {sheets}.",
        "The document has {expected} sheets, not {sheets}.",
    ),
    PdfUnavailable: Refusal(
        503,
        "pdf-unavailable",
        "PDF-filen kan ikke hentes akkurat nå.",
        "The PDF cannot be fetched at the moment.",
        retryable=True,
    ),
}
