"""The words of the mails, in bokmål and English. A document in nynorsk goes with a mail in bokmål."""

from dataclasses import dataclass
from typing import Final, Literal

from shared.values import DocumentKind, Language

WrittenIn = Literal["nb", "en"]


@dataclass(frozen=True)
class KindWords:
    """The sentences for one kind of document; `{number}`, `{seller}` and `{original}` are filled in."""

    subject: str
    opening: str
    file_name: str
    amount: str | None
    closing: str = ""


@dataclass(frozen=True)
class Words:
    """What is the same in every mail of a language."""

    greeting: str
    date: str
    due_date: str
    account: str
    kid: str
    use_kid: str
    questions: str
    regards: str
    orgnr: str
    phone: str
    currency: str
    """With the amount as `{amount}`."""


_NB: Final[dict[DocumentKind, KindWords]] = {
    "invoice": KindWords(
        "Faktura {number} fra {seller}",
        "Vedlagt følger faktura {number} fra {seller}.",
        "Faktura-{number}.pdf",
        "Å betale",
    ),
    "credit_note": KindWords(
        "Kreditnota {number} fra {seller}",
        "Vedlagt følger kreditnota {number} fra {seller}{original}.",
        "Kreditnota-{number}.pdf",
        "Kreditert",
        "Du skal ikke betale noe på grunnlag av denne kreditnotaen.",
    ),
    "order_confirmation": KindWords(
        "Ordrebekreftelse {number} fra {seller}",
        "Takk for bestillingen! Vedlagt følger ordrebekreftelse {number} fra {seller}.",
        "Ordrebekreftelse-{number}.pdf",
        "Sum inkl. mva.",
        "Si gjerne fra med det samme hvis noe ikke stemmer.",
    ),
    "reminder": KindWords(
        "Betalingspåminnelse fra {seller}{original}",
        "Vi kan ikke se å ha mottatt full betaling{original}. Betalingspåminnelsen ligger ved.",
        "Paminnelse-{number}.pdf",
        "Å betale",
        "Har du betalt i løpet av de siste dagene, kan du se bort fra denne påminnelsen.",
    ),
}
_EN: Final[dict[DocumentKind, KindWords]] = {
    "invoice": KindWords(
        "Invoice {number} from {seller}",
        "Please find attached invoice {number} from {seller}.",
        "Invoice-{number}.pdf",
        "To pay",
    ),
    "credit_note": KindWords(
        "Credit note {number} from {seller}",
        "Please find attached credit note {number} from {seller}{original}.",
        "Credit-note-{number}.pdf",
        "Credited",
        "This credit note asks for no payment.",
    ),
    "order_confirmation": KindWords(
        "Order confirmation {number} from {seller}",
        "Thank you for your order! Please find attached order confirmation {number} from {seller}.",
        "Order-confirmation-{number}.pdf",
        "Total incl. VAT",
        "Please tell us at once if anything is not as agreed.",
    ),
    "reminder": KindWords(
        "Payment reminder from {seller}{original}",
        "We have not yet received full payment{original}. The payment reminder is attached.",
        "Reminder-{number}.pdf",
        "To pay",
        "If you have paid within the last few days, please disregard this reminder.",
    ),
}
KIND_WORDS: Final[dict[WrittenIn, dict[DocumentKind, KindWords]]] = {"nb": _NB, "en": _EN}
ORIGINAL: Final[dict[WrittenIn, str]] = {"nb": " for faktura {number}", "en": " for invoice {number}"}
WORDS: Final[dict[WrittenIn, Words]] = {
    "nb": Words(
        greeting="Hei,",
        date="Dato",
        due_date="Forfallsdato",
        account="Kontonummer",
        kid="KID",
        use_kid="Husk KID-nummeret når du betaler.",
        questions="Har du spørsmål, kan du svare på denne e-posten.",
        regards="Vennlig hilsen",
        orgnr="Org.nr.",
        phone="Telefon",
        currency="{amount} kr",
    ),
    "en": Words(
        greeting="Hello,",
        date="Date",
        due_date="Due date",
        account="Account",
        kid="KID reference",
        use_kid="Please state the KID reference when you pay.",
        questions="If you have any questions, just reply to this e-mail.",
        regards="Kind regards",
        orgnr="Org. no.",
        phone="Phone",
        currency="NOK {amount}",
    ),
}


def written_in(language: Language) -> WrittenIn:
    return "en" if language == "en" else "nb"
