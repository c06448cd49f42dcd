"""The end of the table: MVA per code and rate, and the sums down to what is to be paid."""

from collections.abc import Mapping
from typing import Final

from services.rendering.domain import words
from services.rendering.domain.claim import claim_sums
from services.rendering.domain.document import Document, MvaTotal
from services.rendering.domain.texts import Texts
from services.rendering.domain.view import Labelled, MvaView
from shared.mva import EhfCategory, mva_code

LABELS: Final[Mapping[EhfCategory, str]] = {
    EhfCategory.ZERO_RATED: "mva.zero_rated",
    EhfCategory.EXPORT: "mva.export",
    EhfCategory.REVERSE_CHARGE: "mva.reverse_charge",
    EhfCategory.EXEMPT: "mva.exempt",
    EhfCategory.OUTSIDE_SCOPE: "mva.outside",
}


def shows_mva(document: Document) -> bool:
    """A seller outside the MVA register shows no MVA at all, not even a zero."""
    return bool(document.lines) and (document.seller.mva_registered or document.mva_ore != 0)


def mva_rows(document: Document, texts: Texts) -> tuple[MvaView, ...]:
    """Base and tax for each code and rate (bokføringsforskriften § 5-1-5)."""
    return tuple(
        MvaView(
            label=_label(total, texts),
            base=words.amount(total.net_ore, texts.language),
            mva=words.amount(total.mva_ore, texts.language),
        )
        for total in document.mva_totals
    )


def sums(document: Document, texts: Texts, *, taxed: bool) -> tuple[Labelled, ...]:
    """From the sum without MVA to the total, which is strong; a reminder's begin with what is paid. Else empty."""
    language = texts.language
    if document.kind == "reminder":
        return claim_sums(document, texts)
    if not document.lines:
        return ()
    asks_payment = document.kind == "invoice"
    total_ore = document.payable_ore if asks_payment else document.total_ore
    rows = []
    if taxed:
        rows.append(Labelled(texts("sum.net"), words.amount(document.net_ore, language)))
        rows.append(Labelled(texts("sum.mva"), words.amount(document.mva_ore, language)))
    if total_ore != document.total_ore:
        rows.append(Labelled(texts("sum.rounding"), words.amount(total_ore - document.total_ore, language)))
    return (*rows, _total(document, total_ore, texts))


def _total(document: Document, total_ore: int, texts: Texts) -> Labelled:
    """An invoice that comes to less than nothing leaves the buyer a credit."""
    kind = "credit_note" if document.kind == "invoice" and total_ore < 0 else document.kind
    shown_ore = abs(total_ore) if kind != document.kind else total_ore
    return Labelled(texts(f"total.{kind}"), words.kroner(shown_ore, texts.language), strong=True)


def _label(total: MvaTotal, texts: Texts) -> str:
    rate = words.percent(total.rate, texts.language)
    key = LABELS.get(mva_code(total.code).ehf_category)
    return texts(key, rate=rate) if key else rate
