"""The payment part: what the payer enters in the bank, in the order that banks ask for it."""

from services.rendering.domain import words
from services.rendering.domain.columns import GAP_MM, text_mm
from services.rendering.domain.document import Document
from services.rendering.domain.texts import Texts
from services.rendering.domain.view import Labelled
from shared.orgnr import format_bank_account
from shared.text_nb import single_line

_LABEL_PT = 7.5
_VALUE_PT = 10.0


def payment(document: Document, texts: Texts) -> tuple[Labelled, ...]:
    """Payee, account, KID, due date and amount. Empty for documents that ask for no payment."""
    language = texts.language
    if document.kind not in ("invoice", "reminder") or document.payable_ore == 0:
        return ()
    details = (
        ("label.account", format_bank_account(document.account or document.seller.bank_account)),
        ("label.kid", document.kid or ""),
        ("label.due_date", words.day(document.due_date, language)),
    )
    measured = (_measured(texts(label), value) for label, value in details if value)
    amount = _measured(texts("label.amount"), words.kroner(document.payable_ore, language), strong=True)
    return (Labelled(texts("label.payee"), single_line(document.seller.name)), *measured, amount)


def _measured(label: str, value: str, *, strong: bool = False) -> Labelled:
    width = max(text_mm(label, _LABEL_PT), text_mm(value, _VALUE_PT)) + GAP_MM
    return Labelled(label, value, strong, f"{width:.1f}mm")
