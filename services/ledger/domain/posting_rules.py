"""The entries that sales become; `payment_rules.py` has those of payments.

invoice       D 1500 total    C 3xxx net per MVA code and rate    C 27xx tax per MVA code and rate
credit note   the same, reversed
"""

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from services.ledger.domain.chart import RECEIVABLES, sales_accounts
from services.ledger.domain.entry import Claim, Posting, SaleKind, UnpostedEntry, checked
from services.ledger.domain.errors import NoSalesAccount, TotalsDisagree
from shared.values import DocumentKind, Exact, Ore, Value

_SIGNS: Final[dict[SaleKind, int]] = {"invoice": 1, "credit_note": -1}


class MvaTotal(Value):
    """The sum of a document's lines under one MVA code and rate, and the MVA on that sum."""

    code: str
    rate: Exact
    net_ore: Ore
    mva_ore: Ore


class CorrectedDocument(Value):
    """The document that a credit note refers to."""

    document_id: UUID
    kind: DocumentKind
    number: int


class SoldDocument(Value):
    """An invoice or a credit note. The amounts of a credit note are positive; its kind says that they reduce."""

    document_id: UUID
    client_id: UUID
    kind: SaleKind
    number: int
    document_date: date
    due_date: date | None
    customer_id: UUID
    customer_number: int
    customer_name: str
    kid: str | None
    mva_totals: tuple[MvaTotal, ...]
    net_ore: Ore
    mva_ore: Ore
    total_ore: Ore
    payable_ore: Ore
    refers_to: CorrectedDocument | None


def entry_for_document(document: SoldDocument) -> UnpostedEntry:
    """The entry of an invoice or a credit note. Raises TotalsDisagree, NoSalesAccount or AmountTooLarge."""
    _check_totals(document)
    claim_id = _claim_of(document)
    return UnpostedEntry(
        client_id=document.client_id,
        entry_date=document.document_date,
        source="document",
        source_id=document.document_id,
        purpose=document.kind,
        document_id=document.document_id,
        customer_id=document.customer_id,
        claim_id=claim_id,
        text=_text(document),
        postings=_sale(document),
        claim=_claim(document) if claim_id == document.document_id else None,
    )


def _sale(document: SoldDocument) -> tuple[Posting, ...]:
    """No line for a code that comes to nothing. The claim always has its line, and a document of nothing keeps one of
    its sales lines too: every sales document is found in the books, in an entry of at least two lines."""
    receivable = Posting(RECEIVABLES, _SIGNS[document.kind] * document.total_ore)
    sales = [posting for total in document.mva_totals for posting in _sales_lines(document, total)]
    return checked(receivable, *([posting for posting in sales if posting.amount_ore] or sales[:1]))


def _sales_lines(document: SoldDocument, total: MvaTotal) -> Iterator[Posting]:
    sign = _SIGNS[document.kind]
    accounts = sales_accounts(total.code, document.document_date)
    yield Posting(accounts.revenue, -sign * total.net_ore, total.code, total.rate)
    if total.mva_ore == 0:
        return
    if accounts.output_mva is None:
        raise NoSalesAccount(mva_code=total.code, day=document.document_date.isoformat(), mva_ore=total.mva_ore)
    yield Posting(accounts.output_mva, -sign * total.mva_ore, total.code, total.rate)


def _check_totals(document: SoldDocument) -> None:
    """MVA was calculated when the document was confirmed; here the sums are only checked against each other."""
    sums = {
        "net_ore": (document.net_ore, sum(total.net_ore for total in document.mva_totals)),
        "mva_ore": (document.mva_ore, sum(total.mva_ore for total in document.mva_totals)),
        "total_ore": (document.total_ore, document.net_ore + document.mva_ore),
        "payable_ore": (document.payable_ore, document.total_ore),
    }
    for amount, (stated, summed) in sums.items():
        if stated != summed or not document.mva_totals:
            raise TotalsDisagree(document_id=document.document_id, amount=amount, stated=stated, summed=summed)


def _claim_of(document: SoldDocument) -> UUID:
    """A credit note reduces the claim of the invoice it corrects; without one it is a credit of its own."""
    corrected = document.refers_to
    if document.kind == "credit_note" and corrected is not None and corrected.kind == "invoice":
        return corrected.document_id
    return document.document_id


def _claim(document: SoldDocument) -> Claim:
    return Claim(
        kind=document.kind,
        number=document.number,
        document_date=document.document_date,
        due_date=document.due_date,
        kid=document.kid,
        customer_number=document.customer_number,
        customer_name=document.customer_name,
        original_ore=_SIGNS[document.kind] * document.total_ore,
    )


def _text(document: SoldDocument) -> str:
    """In Norwegian whatever language the customer reads, because the books are the client's."""
    if document.kind == "invoice":
        return f"Faktura {document.number}"
    corrected = document.refers_to
    return f"Kreditnota {document.number}" + (f" til faktura {corrected.number}" if corrected else "")
