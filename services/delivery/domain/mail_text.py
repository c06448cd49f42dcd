"""The mail that carries a document: subject, content and file name, in the client's name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.delivery.domain.document import Artefact, Document, Recipient, Seller
from services.delivery.domain.wording import KIND_WORDS, ORIGINAL, WORDS, KindWords, Words
from shared.money import format_ore
from shared.orgnr import format_bank_account, format_orgnr, iban
from shared.text_nb import format_date, single_line
from shared.values import Language

LABEL_WIDTH = 16
FILE_NAME_MAX = 120
_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|;=%\s]+')


@dataclass(frozen=True)
class Row:
    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True)
class MailText:
    """What is written in a mail: the same words as plain text and as HTML. Plain strings, not yet escaped."""

    language: Language
    subject: str
    brand: str
    greeting: str
    opening: str
    rows: tuple[Row, ...]
    remarks: tuple[str, ...]
    regards: str
    signature: tuple[str, ...]
    file_name: str

    @property
    def text(self) -> str:
        """Complete in itself. Lines end in a plain newline; the mail builder decides how they end on the wire."""
        rows = "\n".join(f"{row.label + ':':<{LABEL_WIDTH}}{row.value}" for row in self.rows)
        signed = "\n".join((self.regards, self.brand, *self.signature))
        return "\n\n".join((self.greeting, self.opening, rows, *self.remarks, signed)) + "\n"


@dataclass(frozen=True)
class Sent:
    """What is sent, in whose name, and to whom."""

    document: Document
    seller: Seller
    recipient: Recipient
    artefact: Artefact


def write_mail_text(sent: Sent) -> MailText:
    """The same arguments always give the same text."""
    document, seller = sent.document, sent.seller
    words, kind = WORDS[document.language], KIND_WORDS[document.language][document.kind]
    filled = _placeholders(document, seller)
    return MailText(
        language=document.language,
        subject=single_line(_subject(document, kind.subject.format_map(filled), words)),
        brand=filled["seller"],
        greeting=words.greeting,
        opening=kind.opening.format_map(filled),
        rows=tuple(_rows(sent, kind, words)),
        remarks=tuple(_remarks(document, seller, kind, words)),
        regards=words.regards,
        signature=tuple(_signature(seller, words)),
        file_name=file_name(sent.artefact.filename, kind.file_name.format_map(filled)),
    )


def file_name(rendered_name: str, otherwise: str) -> str:
    """The renderer's name if every mail program can save a file under it, else our own."""
    clean = _NOT_IN_FILE_NAMES.sub("-", single_line(rendered_name)).strip("-.")
    usable = clean.lower().endswith(".pdf") and len(clean) <= FILE_NAME_MAX
    return clean if usable else otherwise


def _placeholders(document: Document, seller: Seller) -> dict[str, str]:
    refers = document.refers_to
    is_invoice = refers is not None and refers.kind == "invoice"
    original = ORIGINAL[document.language].format(number=refers.number) if refers is not None and is_invoice else ""
    return {"number": str(document.number), "seller": single_line(seller.name), "original": original}


def _subject(document: Document, subject: str, words: Words) -> str:
    """With amount and due date, when something is to be paid."""
    if not _asks_payment(document) or document.due_date is None:
        return subject
    due_date = format_date(document.due_date, document.language)
    return words.subject_to_pay.format(subject=subject, amount=_kroner(document, words), due_date=due_date)


def _rows(sent: Sent, kind: KindWords, words: Words) -> Iterator[Row]:
    document = sent.document
    yield Row(words.date, format_date(document.document_date, document.language))
    if kind.amount is not None:
        yield _amount(document, kind.amount, words)
    if not _asks_payment(document):
        return
    if document.due_date is not None:
        yield Row(words.due_date, format_date(document.due_date, document.language), strong=True)
    if document.account:
        yield from _account(document.account, sent, words)
    if document.kid:
        yield Row(words.kid, document.kid)


def _amount(document: Document, label: str, words: Words) -> Row:
    """An invoice that comes to less than nothing leaves the buyer a credit."""
    is_credit = document.kind == "invoice" and document.payable_ore < 0
    credited = KIND_WORDS[document.language]["credit_note"].amount
    return Row(credited if is_credit and credited else label, _kroner(document, words), strong=True)


def _account(account: str, sent: Sent, words: Words) -> Iterator[Row]:
    """The account as Norwegian payers enter it; IBAN and BIC for a payer abroad."""
    if sent.recipient.country == "NO":
        yield Row(words.account, format_bank_account(account))
        return
    yield Row("IBAN", iban(account))
    if sent.seller.bic:
        yield Row("BIC", sent.seller.bic)


def _remarks(document: Document, seller: Seller, kind: KindWords, words: Words) -> Iterator[str]:
    if _asks_payment(document) and document.kid:
        yield words.use_kid
    if document.kind == "invoice" and not _asks_payment(document):
        yield words.nothing_to_pay
    if kind.closing:
        yield kind.closing
    if seller.email:
        yield words.questions


def _asks_payment(document: Document) -> bool:
    """An invoice may come to nothing, or to a credit."""
    return document.kind in ("invoice", "reminder") and document.payable_ore > 0


def _kroner(document: Document, words: Words) -> str:
    amount_ore = document.payable_ore if document.kind in ("invoice", "reminder") else document.total_ore
    return words.currency.format(amount=format_ore(abs(amount_ore), document.language))


def _signature(seller: Seller, words: Words) -> Iterator[str]:
    yield f"{words.orgnr} {format_orgnr(seller.orgnr)}"
    if seller.phone:
        yield f"{words.phone} {single_line(seller.phone)}"
    if seller.website:
        yield single_line(seller.website)
