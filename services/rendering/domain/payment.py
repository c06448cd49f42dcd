"""How to pay: what the payer enters in the bank. On the first page, and in the payment part at the end.

No QR code: no standard that Norwegian banks read is verified (docs/decisions/0029-what-a-payer-reads.md).
"""

from dataclasses import replace

from services.rendering.domain import words
from services.rendering.domain.columns import GAP_MM, text_mm
from services.rendering.domain.document import Document
from services.rendering.domain.texts import Texts
from services.rendering.domain.view import Labelled
from shared.orgnr import format_bank_account, iban
from shared.text_nb import single_line

_LABEL_PT = 8.0
_VALUE_PT = 10.0
_GROUP_GAP_MM = 1.0


def asks_payment(document: Document) -> bool:
    """Whether the document is to be paid. An invoice may come to nothing, or to a credit."""
    return document.kind in ("invoice", "reminder") and document.payable_ore > 0


def how_to_pay(document: Document, texts: Texts) -> tuple[Labelled, ...]:
    """Due date, amount, account and KID, for the first page. Empty for documents that ask for no payment."""
    if not asks_payment(document):
        return ()
    due_date = replace(_due_date(document, texts), strong=True)
    return (due_date, _amount(document, texts), *_account(document, texts), *_kid(document, texts))


def payment(document: Document, texts: Texts) -> tuple[tuple[Labelled, ...], ...]:
    """Two rows: whom to pay, and the rest in the order that banks ask for it. Empty as `how_to_pay`."""
    if not asks_payment(document):
        return ()
    payee = Labelled(texts("label.payee"), single_line(document.seller.name))
    account = _account(document, texts)
    rest = (*_kid(document, texts), _due_date(document, texts), _amount(document, texts))
    rows = ((payee, *account), rest) if _is_abroad(document) else ((payee,), (*account, *rest))
    widths = _widths(rows)
    return tuple(_laid_out(row, of_row) for row, of_row in zip(rows, widths, strict=True))


def _due_date(document: Document, texts: Texts) -> Labelled:
    return Labelled(texts("label.due_date"), words.day(document.due_date, texts.language))


def _amount(document: Document, texts: Texts) -> Labelled:
    return Labelled(texts("label.amount"), words.kroner(document.payable_ore, texts.language), strong=True)


def _account(document: Document, texts: Texts) -> tuple[Labelled, ...]:
    """The account as Norwegian payers enter it; IBAN and BIC for a payer abroad."""
    account = document.account or document.seller.bank_account
    if not _is_abroad(document):
        return (Labelled(texts("label.account"), format_bank_account(account)),)
    bic = () if document.seller.bic is None else (Labelled("BIC", document.seller.bic),)
    return (_grouped("IBAN", iban(account)), *bic)


def _kid(document: Document, texts: Texts) -> tuple[Labelled, ...]:
    return () if document.kid is None else (_grouped(texts("label.kid"), document.kid),)


def _is_abroad(document: Document) -> bool:
    return document.buyer.address.country != "NO"


def _grouped(label: str, number: str) -> Labelled:
    return Labelled(label, number, groups=words.groups(number))


def _widths(rows: tuple[tuple[Labelled, ...], ...]) -> list[list[float]]:
    """Of each column of each row; rows of as many columns have them in common."""
    widths = [[_width_mm(part) for part in row] for row in rows]
    if len({len(row) for row in rows}) == 1:
        return [[max(column) for column in zip(*widths, strict=True)]] * len(rows)
    return widths


def _laid_out(row: tuple[Labelled, ...], widths: list[float]) -> tuple[Labelled, ...]:
    """With widths in percent of the row."""
    return tuple(
        replace(part, width=f"{100 * width / sum(widths):.2f}%") for part, width in zip(row, widths, strict=True)
    )


def _width_mm(part: Labelled) -> float:
    gaps = _GROUP_GAP_MM * max(0, len(part.groups) - 1)
    return max(text_mm(part.label, _LABEL_PT), text_mm(part.value, _VALUE_PT) + gaps) + GAP_MM
