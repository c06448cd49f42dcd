"""What each fact becomes in the books.

invoice       D 1500 total    C 3xxx net per MVA code and rate    C 27xx tax per MVA code and rate
credit note   the same, reversed
payment       D 1920          C 1500, the whole amount
"""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from services.ledger.domain.chart import BANK, RECEIVABLES, sales_accounts
from services.ledger.domain.entry import Claimed, Draft, Posting, Purpose
from services.ledger.domain.errors import AmountTooLarge, NoSalesAccount, TotalsDisagree
from shared.contracts.payments import PaymentMatched
from shared.contracts.values import DocumentSummary, MvaTotal
from shared.money import MAX_ORE
from shared.values import DocumentKind

_PURPOSES: Final[dict[DocumentKind, Purpose]] = {"invoice": "invoice", "credit_note": "credit_note"}
_SIGNS: Final[dict[Purpose, int]] = {"invoice": 1, "credit_note": -1}


def entry_for_document(document: DocumentSummary) -> Draft | None:
    """The entry of an invoice or a credit note; None for kinds that move no account.

    Raises TotalsDisagree, NoSalesAccount or AmountTooLarge.
    """
    purpose = _PURPOSES.get(document.kind)
    if purpose is None:
        return None
    _check_totals(document)
    claim_id = _claim_of(document)
    return Draft(
        client_id=document.client_id,
        entry_date=document.document_date,
        source="document",
        source_id=document.document_id,
        purpose=purpose,
        document_id=document.document_id,
        customer_id=document.customer_id,
        claim_id=claim_id,
        text=_text(document),
        postings=_sale(document, _SIGNS[purpose]),
        claimed=_claimed(document, purpose) if claim_id == document.document_id else None,
    )


def entry_for_payment(payment: PaymentMatched) -> Draft:
    """The entry of a whole payment; what goes beyond the claim is the customer's credit. Raises AmountTooLarge."""
    return Draft(
        client_id=payment.client_id,
        entry_date=payment.paid_on,
        source="payment",
        source_id=payment.payment_id,
        purpose="receipt",
        document_id=payment.document_id,
        customer_id=payment.customer_id,
        claim_id=payment.document_id,
        text=f"Innbetaling KID {payment.kid}",
        postings=_postable(Posting(BANK, payment.amount_ore), Posting(RECEIVABLES, -payment.amount_ore)),
    )


def _sale(document: DocumentSummary, sign: int) -> tuple[Posting, ...]:
    receivable = Posting(RECEIVABLES, sign * document.total_ore)
    sales = (line for total in document.mva_totals for line in _sales_lines(document, total, sign))
    return _postable(receivable, *sales)


def _sales_lines(document: DocumentSummary, total: MvaTotal, sign: int) -> Iterator[Posting]:
    accounts = sales_accounts(total.code, document.document_date)
    yield Posting(accounts.revenue, -sign * total.net_ore, total.code, total.rate)
    if total.mva_ore == 0:
        return
    if accounts.output_mva is None:
        raise NoSalesAccount(mva_code=total.code, day=document.document_date.isoformat(), mva_ore=total.mva_ore)
    yield Posting(accounts.output_mva, -sign * total.mva_ore, total.code, total.rate)


def _check_totals(document: DocumentSummary) -> None:
    """The MVA was reckoned when the document was confirmed; here the sums are only checked against each other."""
    found = {
        "net_ore": (document.net_ore, sum(total.net_ore for total in document.mva_totals)),
        "mva_ore": (document.mva_ore, sum(total.mva_ore for total in document.mva_totals)),
        "total_ore": (document.total_ore, document.net_ore + document.mva_ore),
        "payable_ore": (document.payable_ore, document.total_ore),
    }
    for amount, (stated, summed) in found.items():
        if stated != summed or not document.mva_totals:
            raise TotalsDisagree(document_id=document.document_id, amount=amount, stated=stated, summed=summed)


def _postable(*postings: Posting) -> tuple[Posting, ...]:
    for posting in postings:
        if abs(posting.amount_ore) > MAX_ORE:
            raise AmountTooLarge(amount_ore=posting.amount_ore)
    return postings


def _claim_of(document: DocumentSummary) -> UUID:
    """A credit note moves the invoice it corrects; one that names none stands as the customer's credit by itself."""
    refers_to = document.refers_to
    if document.kind == "credit_note" and refers_to is not None and refers_to.kind == "invoice":
        return refers_to.document_id
    return document.document_id


def _claimed(document: DocumentSummary, purpose: Purpose) -> Claimed:
    return Claimed(
        kind=purpose,
        number=document.number,
        document_date=document.document_date,
        due_date=document.due_date,
        kid=document.kid,
        customer_number=document.customer_number,
        customer_name=document.customer_name,
        original_ore=_SIGNS[purpose] * document.total_ore,
    )


def _text(document: DocumentSummary) -> str:
    """In Norwegian whatever language the customer reads: the books are the client's."""
    if document.kind == "invoice":
        return f"Faktura {document.number}"
    refers_to = document.refers_to
    return f"Kreditnota {document.number}" + (f" til faktura {refers_to.number}" if refers_to else "")
