"""What this service refuses, and how it says so."""

from shared.problems import DomainError, Refusal, Refusals


class DeliveryUnknown(DomainError):
    """No such delivery for this client."""


class NotUncertain(DomainError):
    """Only an uncertain delivery is for a person to resolve."""


class PrintJobUnknown(DomainError):
    """No such print job."""


class StaleToken(DomainError):
    """The token is of a claim that is no longer in force. Facts: state, claim_no."""


class WrongHash(DomainError):
    """The file that was printed is not the file that was to be printed."""


class WrongSheets(DomainError):
    """The number of sheets in the envelope is not the document's."""


class PdfUnavailable(DomainError):
    """The object store does not give the file, or not the right one."""

    retryable = True


REFUSALS: Refusals = {
    DeliveryUnknown: Refusal(404, "delivery-unknown", "Forsendelsen finnes ikke.", "There is no such delivery."),
    NotUncertain: Refusal(
        409,
        "delivery-not-uncertain",
        "Forsendelsen er ikke uavklart; den er nå «{state}».",
        "The delivery is not uncertain; it is now `{state}`.",
    ),
    PrintJobUnknown: Refusal(404, "print-job-unknown", "Utskriftsjobben finnes ikke.", "There is no such print job."),
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
