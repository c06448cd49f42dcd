"""The mail that carries a document: subject, text and file name, in the client's name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.delivery.domain.document import Artefact, Document, Seller
from services.delivery.domain.wording import KIND_WORDS, ORIGINAL, WORDS, KindWords, Words, WrittenIn, written_in
from shared.money import format_ore
from shared.text_nb import format_date, single_line

LABEL_WIDTH = 16
FILE_NAME_MAX = 120
_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|;=%\s]+')


@dataclass(frozen=True)
class MailText:
    """Lines end in a plain newline; the mail builder decides how they end on the wire."""

    subject: str
    text: str
    file_name: str


def write_mail_text(document: Document, seller: Seller, artefact: Artefact) -> MailText:
    """The same arguments always give the same text."""
    language = written_in(document.language)
    kind = KIND_WORDS[language][document.kind]
    filled = _placeholders(document, seller, language)
    return MailText(
        subject=single_line(kind.subject.format_map(filled)),
        text="\n".join(_lines(document, seller, kind, filled)) + "\n",
        file_name=file_name(artefact.filename, kind.file_name.format_map(filled)),
    )


def file_name(rendered_name: str, otherwise: str) -> str:
    """The renderer's name if every mail program can save a file under it, else our own."""
    clean = _NOT_IN_FILE_NAMES.sub("-", single_line(rendered_name)).strip("-.")
    usable = clean.lower().endswith(".pdf") and len(clean) <= FILE_NAME_MAX
    return clean if usable else otherwise


def _placeholders(document: Document, seller: Seller, language: WrittenIn) -> dict[str, str]:
    refers = document.refers_to
    original = (
        ORIGINAL[language].format(number=refers.number) if refers is not None and refers.kind == "invoice" else ""
    )
    return {"number": str(document.number), "seller": single_line(seller.name), "original": original}


def _lines(document: Document, seller: Seller, kind: KindWords, filled: dict[str, str]) -> Iterator[str]:
    words = WORDS[written_in(document.language)]
    yield from (words.greeting, "", kind.opening.format_map(filled), "")
    yield from (f"{label + ':':<{LABEL_WIDTH}}{value}" for label, value in _table(document, kind, words))
    if document.kid:
        yield from ("", words.use_kid)
    if kind.closing:
        yield from ("", kind.closing)
    if seller.email:
        yield from ("", words.questions)
    yield from ("", words.regards, filled["seller"], *_signature(seller, words))


def _table(document: Document, kind: KindWords, words: Words) -> Iterator[tuple[str, str]]:
    yield words.date, format_date(document.document_date, document.language)
    if kind.amount is not None:
        yield kind.amount, words.currency.format(amount=format_ore(_amount(document), document.language))
    if document.due_date is not None:
        yield words.due_date, format_date(document.due_date, document.language)
    if document.account and document.kind in ("invoice", "reminder"):
        yield words.account, _grouped(document.account)
    if document.kid:
        yield words.kid, document.kid


def _amount(document: Document) -> int:
    return document.payable_ore if document.kind in ("invoice", "reminder") else document.total_ore


def _grouped(account: str) -> str:
    """`86011117947` as Norwegians write it: 8601 11 17947."""
    return f"{account[:4]} {account[4:6]} {account[6:]}" if len(account) == 11 else account


def _signature(seller: Seller, words: Words) -> Iterator[str]:
    yield f"{words.orgnr} {seller.orgnr}"
    if seller.phone:
        yield f"{words.phone} {single_line(seller.phone)}"
    if seller.website:
        yield single_line(seller.website)
