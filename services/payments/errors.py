"""What this service refuses, and what each refusal is called at both edges."""

from services.payments.domain.ocr_giro import OcrProblem
from shared.problems import DomainError, Refusal, Refusals


class BankFileRefused(DomainError):
    """A bank file was not imported, nor any part of it; `problems` says why, by line where there is one."""

    problems: tuple[OcrProblem, ...] = ()


class BankFileInvalid(BankFileRefused):
    """The file is damaged, or says what cannot be booked."""

    def __init__(self, problems: tuple[OcrProblem, ...]) -> None:
        super().__init__(problems=len(problems))
        self.problems = problems


class TransmissionChanged(BankFileRefused):
    """The transmission was imported before with another content: a correction or a forgery, and a person must tell."""


class ClaimsBusy(DomainError):
    """Another import works on the same client's claims, and has done so for long."""

    retryable = True


class NotFound(DomainError):
    """The client has no such thing."""


REFUSALS: Refusals = {
    BankFileInvalid: Refusal(
        422,
        "bank-file-invalid",
        "Bankfilen kan ikke importeres; ingenting er lagret fra den. Se linjene i «errors».",
        "The bank file cannot be imported; nothing was stored from it. See the lines in `errors`.",
    ),
    TransmissionChanged: Refusal(
        409,
        "transmission-changed",
        "Forsendelsen {transmission} er importert før med et annet innhold (fil {bank_file_id}).",
        "Transmission {transmission} was imported before with another content (file {bank_file_id}).",
    ),
    ClaimsBusy: Refusal(
        503,
        "claims-busy",
        "En annen import arbeider med klientens krav. Prøv igjen om litt.",
        "Another import is at work on the client's claims. Try again shortly.",
        retryable=True,
    ),
    NotFound: Refusal(404, "not-found", "Finnes ikke.", "There is no such resource."),
}
