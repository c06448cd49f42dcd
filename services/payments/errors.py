"""What this service refuses, and what each refusal is called over HTTP and on the bus."""

from services.payments.domain.errors import (
    BankFileInvalid,
    BankFileNotFound,
    ClaimNotFound,
    ClaimsBusy,
    PaymentNotFound,
    TransmissionChanged,
)
from shared.approvals import APPROVAL_REFUSALS
from shared.problems import Refusal, Refusals

REFUSALS: Refusals = {
    **APPROVAL_REFUSALS,
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
        "Transmission {transmission} was imported before with different content (file {bank_file_id}).",
    ),
    ClaimsBusy: Refusal(
        503,
        "claims-busy",
        "En annen import arbeider med klientens krav. Prøv igjen om litt.",
        "Another import is at work on the client's claims. Try again shortly.",
        retryable=True,
    ),
    BankFileNotFound: Refusal(404, "bank-file-not-found", "Bankfilen finnes ikke.", "There is no such bank file."),
    PaymentNotFound: Refusal(404, "payment-not-found", "Betalingen finnes ikke.", "There is no such payment."),
    ClaimNotFound: Refusal(
        404, "claim-not-found", "Det finnes ikke noe krav for dokumentet.", "There is no claim for this document."
    ),
}
