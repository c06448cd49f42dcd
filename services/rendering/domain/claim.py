"""What a reminder says of its invoice: when it fell due, what has been paid, what is left, and the fee apart."""

from services.rendering.domain import words
from services.rendering.domain.document import Claim, Document, Reference
from services.rendering.domain.texts import Texts
from services.rendering.domain.view import Labelled


def claim(document: Document, texts: Texts) -> tuple[Labelled, ...]:
    """Number, date, original due date, days late and amount of the invoice. Empty for other documents."""
    referred = document.refers_to
    if document.kind != "reminder" or referred is None:
        return ()
    return (*_invoice(referred, texts), *(_standing(document, document.claim, texts) if document.claim else ()))


def claim_sums(document: Document, texts: Texts) -> tuple[Labelled, ...]:
    """From what was paid and credited down to what is to be paid, which is strong."""
    outstanding_ore, language = outstanding(document), texts.language
    fee_ore = document.payable_ore - outstanding_ore
    settled = () if document.claim is None else _settled(document.claim, outstanding_ore, texts)
    fee = (Labelled(texts("sum.fee"), words.amount(fee_ore, language)),) if fee_ore else ()
    return (
        *settled,
        Labelled(texts("sum.outstanding"), words.amount(outstanding_ore, language)),
        *fee,
        Labelled(texts("total.reminder"), words.kroner(document.payable_ore, language), strong=True),
    )


def outstanding(document: Document) -> int:
    """What is left of the claim, in øre."""
    return document.payable_ore if document.outstanding_ore is None else document.outstanding_ore


def _invoice(referred: Reference, texts: Texts) -> tuple[Labelled, ...]:
    return (
        Labelled(texts("column.claim"), str(referred.number)),
        Labelled(texts("column.claim_date"), words.day(referred.document_date, texts.language)),
    )


def _standing(document: Document, invoice: Claim, texts: Texts) -> tuple[Labelled, ...]:
    days_late = (document.document_date - invoice.due_date).days
    return (
        Labelled(texts("column.original_due_date"), words.day(invoice.due_date, texts.language)),
        Labelled(texts("column.days_late"), str(days_late)),
        Labelled(texts("column.claim_amount"), words.amount(invoice.payable_ore, texts.language)),
    )


def _settled(invoice: Claim, outstanding_ore: int, texts: Texts) -> tuple[Labelled, ...]:
    """Paid so far also when it is nothing; credited, and deducted of what the customer has to its good, when any is."""
    deducted_ore = invoice.payable_ore - invoice.credited_ore - invoice.paid_ore - outstanding_ore
    sums = (("sum.credited", invoice.credited_ore), ("sum.deducted", deducted_ore))
    return (
        Labelled(texts("sum.paid"), words.amount(-invoice.paid_ore, texts.language)),
        *(Labelled(texts(label), words.amount(-ore, texts.language)) for label, ore in sums if ore),
    )
