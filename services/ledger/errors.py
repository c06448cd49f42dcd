"""The code, status and text of each refusal. On the bus each of them parks the message."""

from services.ledger.domain.errors import (
    AmountTooLarge,
    CustomerAccountNotFound,
    EntryNotFound,
    NoClearingAccount,
    NoSalesAccount,
    PeriodReversed,
    TooManyEntries,
    TotalsDisagree,
)
from shared.problems import Refusal, Refusals

REFUSALS: Refusals = {
    EntryNotFound: Refusal(404, "entry-not-found", "Bilaget finnes ikke.", "There is no such entry."),
    CustomerAccountNotFound: Refusal(
        404,
        "customer-account-not-found",
        "Det er ikke bokført noe på denne kunden.",
        "Nothing has been posted on this customer.",
    ),
    PeriodReversed: Refusal(
        422,
        "period-reversed",
        "Perioden slutter {last_day}, før den begynner {first_day}.",
        "The period ends on {last_day}, before it begins on {first_day}.",
    ),
    TooManyEntries: Refusal(
        422,
        "too-many-entries",
        "Perioden har flere enn {limit} bilag. Be om en kortere periode med «from» og «to».",
        "The period has more than {limit} entries. Ask for a shorter one with `from` and `to`.",
    ),
    TotalsDisagree: Refusal(
        422,
        "totals-disagree",
        "Dokumentets {amount} er {stated} øre, men delene summerer seg til {summed} øre.",
        "The document's {amount} is {stated} øre, but its parts add up to {summed} øre.",
    ),
    NoSalesAccount: Refusal(
        422,
        "no-sales-account",
        "Kontoplanen har ingen konto for mva-kode {mva_code} den {day}.",
        "The chart has no account for MVA code {mva_code} on {day}.",
    ),
    NoClearingAccount: Refusal(
        422,
        "no-clearing-account",
        "Kontoplanen har ingen konto for uavklarte innbetalinger den {day}.",
        "The chart has no account for unmatched payments on {day}.",
    ),
    AmountTooLarge: Refusal(
        422,
        "amount-out-of-range",
        "Beløpet {amount_ore} øre er for stort til å bokføres.",
        "The amount of {amount_ore} øre is too large to post.",
    ),
}
