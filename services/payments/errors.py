"""What this service refuses, and what each refusal is called over HTTP and on the bus."""

from services.payments.domain.errors import (
    BankFileInvalid,
    BankFileNotFound,
    ClaimHeld,
    ClaimNotFound,
    ClaimNotHeld,
    ClaimsBusy,
    ClaimSettled,
    HoldEndsInPast,
    MatchAlreadyUndone,
    MatchExceedsClaim,
    MatchExceedsPayment,
    MatchNotFound,
    NothingUnmatched,
    PaymentNotFound,
    RefundDateImpossible,
    RefundExceedsPayment,
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
        "Forsendelsen {transmission} fra samme dag er importert før med et annet innhold (fil {bank_file_id}).",
        "Transmission {transmission} of the same day was imported before with different content (file {bank_file_id}).",
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
    MatchNotFound: Refusal(
        404, "match-not-found", "Betalingen har ingen slik kobling.", "The payment has no such match."
    ),
    NothingUnmatched: Refusal(
        409,
        "nothing-unmatched",
        "Det er ikke noe igjen av betalingen å plassere; tilstanden er «{state}».",
        "Nothing of the payment is left to place; its state is `{state}`.",
    ),
    MatchExceedsPayment: Refusal(
        422,
        "match-exceeds-payment",
        "Beløpene er til sammen {amount_ore} øre, men {unmatched_ore} øre av betalingen er uavklart.",
        "The amounts are {amount_ore} øre in all, but {unmatched_ore} øre of the payment are unmatched.",
    ),
    MatchExceedsClaim: Refusal(
        422,
        "match-exceeds-claim",
        "Kravet {document_id} kan høyst få {limit_ore} øre, ikke {amount_ore} øre.",
        "Claim {document_id} can get {limit_ore} øre at most, not {amount_ore} øre.",
    ),
    RefundDateImpossible: Refusal(
        422,
        "refund-date-impossible",
        "Pengene kom {paid_on} og kan ikke være betalt tilbake {refunded_on}; i dag er det {today}.",
        "The money came on {paid_on} and cannot have been refunded on {refunded_on}; today is {today}.",
    ),
    RefundExceedsPayment: Refusal(
        422,
        "refund-exceeds-payment",
        "{amount_ore} øre kan ikke betales tilbake; {unmatched_ore} øre av betalingen er uavklart.",
        "{amount_ore} øre cannot be refunded; {unmatched_ore} øre of the payment are unmatched.",
    ),
    MatchAlreadyUndone: Refusal(
        409,
        "match-already-undone",
        "Koblingen ble opphevet {undone_on}.",
        "The match was undone on {undone_on}.",
    ),
    ClaimNotFound: Refusal(
        404, "claim-not-found", "Det finnes ikke noe krav for dokumentet.", "There is no claim for this document."
    ),
    ClaimSettled: Refusal(
        409,
        "claim-settled",
        "Kravet ble gjort opp {settled_on}; det er ikke noe å sette på vent.",
        "The claim was settled on {settled_on}; there is nothing to put on hold.",
    ),
    ClaimHeld: Refusal(
        409,
        "claim-already-held",
        "Kravet er allerede satt på vent. Opphev det først.",
        "The claim is on hold already. Release it first.",
    ),
    ClaimNotHeld: Refusal(409, "claim-not-held", "Kravet er ikke satt på vent.", "The claim is not on hold."),
    HoldEndsInPast: Refusal(
        422,
        "hold-ends-in-past",
        "Siste dag ({until}) er før i dag ({today}).",
        "The last day ({until}) is before today ({today}).",
    ),
}
