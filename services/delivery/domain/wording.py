"""The words of the mails, in bokmål, nynorsk and English."""

from dataclasses import dataclass
from typing import Final

from shared.values import DocumentKind, Language


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
    nothing_to_pay: str
    subject_to_pay: str
    """The subject of a mail that asks for payment, from `{subject}`, `{amount}` and `{due_date}`."""
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
_NN: Final[dict[DocumentKind, KindWords]] = {
    "invoice": KindWords(
        "Faktura {number} frå {seller}",
        "Vedlagt følgjer faktura {number} frå {seller}.",
        "Faktura-{number}.pdf",
        "Å betale",
    ),
    "credit_note": KindWords(
        "Kreditnota {number} frå {seller}",
        "Vedlagt følgjer kreditnota {number} frå {seller}{original}.",
        "Kreditnota-{number}.pdf",
        "Kreditert",
        "Du skal ikkje betale noko på grunnlag av denne kreditnotaen.",
    ),
    "order_confirmation": KindWords(
        "Ordrestadfesting {number} frå {seller}",
        "Takk for tinginga! Vedlagt følgjer ordrestadfesting {number} frå {seller}.",
        "Ordrestadfesting-{number}.pdf",
        "Sum inkl. mva.",
        "Sei gjerne frå med det same om noko ikkje stemmer.",
    ),
    "reminder": KindWords(
        "Betalingspåminning frå {seller}{original}",
        "Vi kan ikkje sjå å ha fått full betaling{original}. Betalingspåminninga ligg ved.",
        "Paminning-{number}.pdf",
        "Å betale",
        "Har du betalt dei siste dagane, kan du sjå bort frå denne påminninga.",
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
KIND_WORDS: Final[dict[Language, dict[DocumentKind, KindWords]]] = {"nb": _NB, "nn": _NN, "en": _EN}
ORIGINAL: Final[dict[Language, str]] = {
    "nb": " for faktura {number}",
    "nn": " for faktura {number}",
    "en": " for invoice {number}",
}
WORDS: Final[dict[Language, Words]] = {
    "nb": Words(
        greeting="Hei,",
        date="Dato",
        due_date="Forfallsdato",
        account="Kontonummer",
        kid="KID",
        use_kid="Husk KID-nummeret når du betaler.",
        nothing_to_pay="Ingenting å betale.",
        subject_to_pay="{subject}: {amount}, forfall {due_date}",
        questions="Har du spørsmål, kan du svare på denne e-posten.",
        regards="Vennlig hilsen",
        orgnr="Org.nr.",
        phone="Telefon",
        currency="{amount} kr",
    ),
    "nn": Words(
        greeting="Hei,",
        date="Dato",
        due_date="Forfallsdato",
        account="Kontonummer",
        kid="KID",
        use_kid="Hugs KID-nummeret når du betaler.",
        nothing_to_pay="Ingenting å betale.",
        subject_to_pay="{subject}: {amount}, forfall {due_date}",
        questions="Har du spørsmål, kan du svare på denne e-posten.",
        regards="Venleg helsing",
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
        nothing_to_pay="Nothing to pay.",
        subject_to_pay="{subject}: {amount}, due {due_date}",
        questions="If you have any questions, just reply to this e-mail.",
        regards="Kind regards",
        orgnr="Org. no.",
        phone="Phone",
        currency="NOK {amount}",
    ),
}
